import { AgentError } from '../errors.ts';
import type { HostView } from '../host/host.ts';
import { othersMayWrite } from '../model/file-owner.ts';
import { printable } from '../model/printable.ts';
import { explainIssues } from './explain.ts';
import { type ConfigFile, type ConfigProblem, readConfigFile } from './files.ts';
import { type Merged, mergeFiles } from './merge.ts';
import type { AgentConfig, ConfigSchema } from './schema.ts';

export const MAIN_FILE = '/etc/nodemend/config.yaml';
export const DROP_INS = '/etc/nodemend/conf.d';

export interface LoadedConfig {
  readonly kind: 'valid';
  readonly config: AgentConfig;
  /** In the order they were merged. */
  readonly files: readonly string[];
  readonly merged: Merged;
}

export type ConfigResult = LoadedConfig | { readonly kind: 'invalid'; readonly problems: readonly ConfigProblem[] };

async function dropIns(host: HostView): Promise<readonly string[] | ConfigProblem> {
  const answer = await host.listDirectory(DROP_INS);
  if (answer.kind === 'entries')
    return answer.names.filter((name) => /^[^.].*\.yaml$/.test(name)).map((name) => `${DROP_INS}/${name}`);
  if (answer.kind === 'missing') return [];
  return { file: DROP_INS, message: answer.kind === 'denied' ? 'permission denied' : 'cannot be listed', unreadable: true };
}

/** Whoever may write the configuration decides what root does to this host, and what it runs. */
async function readTrusted(host: HostView, file: string): Promise<ConfigFile | readonly ConfigProblem[]> {
  for (const path of [file, file.slice(0, file.lastIndexOf('/'))]) {
    const status = await host.fileStatus(path);
    if (status.kind !== 'status' || !othersMayWrite(status)) continue;
    return [{ file: path, message: `others than root may write it; chown root:root ${path} && chmod go-w ${path}` }];
  }
  return await readConfigFile(host, file);
}

/** The main file may be missing: then the defaults hold. A file that was named must be there. */
async function readAll(host: HostView, named: string | undefined): Promise<readonly (ConfigFile | readonly ConfigProblem[])[]> {
  if (named !== undefined) return [await readConfigFile(host, named)];
  const main = await host.readFile(MAIN_FILE, { maxBytes: 1 });
  const names = await dropIns(host);
  if ('file' in names) return [[names]];
  const files = main.kind === 'missing' ? names : [MAIN_FILE, ...names];
  return await Promise.all(files.map((file) => readTrusted(host, file)));
}

function byPlace(a: ConfigProblem, b: ConfigProblem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}

/** Reads, merges and validates: `named` alone, or the main file and its drop-ins. Every problem at once. */
export async function loadConfig(host: HostView, schema: ConfigSchema, named?: string): Promise<ConfigResult> {
  const read = await readAll(host, named);
  const files = read.filter((file): file is ConfigFile => !Array.isArray(file));
  const merged = mergeFiles(files);
  const parsed = schema.safeParse(merged.value);
  const problems = [
    ...read.filter((file) => Array.isArray(file)).flat(),
    ...(parsed.success ? [] : explainIssues(schema, merged, parsed.error.issues)),
  ].sort(byPlace);
  if (!parsed.success || problems.length > 0) return { kind: 'invalid', problems };
  return { kind: 'valid', config: deepFreeze(parsed.data), files: files.map(({ file }) => file), merged };
}

export function formatProblem({ file, line, column, message }: ConfigProblem): string {
  return printable(line === undefined ? `${file}: ${message}` : `${file}:${line}:${column}: ${message}`);
}

/** The configuration, or the error that says everything that is wrong with it. */
export async function requireConfig(host: HostView, schema: ConfigSchema, named?: string): Promise<LoadedConfig> {
  const result = await loadConfig(host, schema, named);
  if (result.kind === 'valid') return result;
  const { problems } = result;
  const code = problems.every(({ unreadable }) => unreadable === true) ? 'CONFIG_UNREADABLE' : 'CONFIG_INVALID';
  throw new AgentError(code, problems.map(formatProblem).join('\n  '));
}
