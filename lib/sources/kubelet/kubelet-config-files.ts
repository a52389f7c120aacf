import { parseAllDocuments } from 'yaml';
import type { HostView } from '../../host/host.ts';
import { isObject } from '../../model/json.ts';
import { explainPathFailure } from '../../model/path-failure.ts';
import { MiB } from '../../model/units.ts';

/** Why a file of the kubelet's configuration could not be used, and where in it. */
export interface ConfigProblem {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** What stands there and what was expected. */
  readonly message: string;
}

export type ConfigObject = Readonly<Record<string, unknown>>;

export type ParsedConfig =
  | { readonly kind: 'config'; readonly content: ConfigObject }
  | { readonly kind: 'problem'; readonly problem: ConfigProblem };

/** One file that counts, in the order of precedence. */
export interface ConfigLayer {
  readonly file: string;
  readonly content: ConfigObject;
}

export interface ConfigLayers {
  readonly main?: ConfigLayer;
  readonly dropIns: readonly ConfigLayer[];
  readonly problems: readonly ConfigProblem[];
}

const API_VERSION = 'kubelet.config.k8s.io/v1beta1';
const MAX_DEPTH = 8;
const MAX_FILES = 256;

/** YAML 1.1 as the kubelet's own decoder; a repeated key is only a warning there, and the last one counts. */
function parseKubeletConfig(text: string, file: string): ParsedConfig {
  const problem = (message: string, at?: { line: number; col: number }): ParsedConfig => ({
    kind: 'problem',
    problem: { file, message, ...(at === undefined ? {} : { line: at.line, column: at.col }) },
  });
  const documents = parseAllDocuments(text, { version: '1.1', uniqueKeys: false, prettyErrors: true });
  const document = 'empty' in documents ? undefined : documents[0];
  if (document === undefined) return problem(`the file is empty; expected a KubeletConfiguration of ${API_VERSION}`);
  const error = document.errors[0];
  if (error !== undefined)
    return problem(error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? '', error.linePos?.[0]);

  const content = toPlain(() => document.toJS({ maxAliasCount: 100 }) as unknown);
  if (!isObject(content)) return problem('expected a mapping of settings', { line: 1, col: 1 });
  const { kind, apiVersion } = content;
  if (kind !== 'KubeletConfiguration') return problem(`kind is ${shown(kind)}; expected KubeletConfiguration`);
  if (apiVersion !== API_VERSION) return problem(`apiVersion is ${shown(apiVersion)}; expected ${API_VERSION}`);
  return { kind: 'config', content };
}

/** Expanding aliases can fail (too many of them: a "billion laughs" file); the kubelet refuses such a file too. */
function toPlain(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `"${value.slice(0, 60)}"` : 'missing';
}

interface ParsedText {
  readonly text: string;
  readonly config: ParsedConfig;
}

/** The last text of each file: the daemon reads them every minute, and they hardly ever change. */
const parsed = new Map<string, ParsedText>();
const MOST_KEPT = 16;

function parseOnce(text: string, file: string): ParsedConfig {
  const last = parsed.get(file);
  if (last?.text === text) return last.config;
  const config = parseKubeletConfig(text, file);
  if (parsed.size >= MOST_KEPT) parsed.clear();
  parsed.set(file, { text, config });
  return config;
}

async function readLayer(host: HostView, root: string, file: string): Promise<ParsedConfig> {
  const answer = await host.readFile(`${root}${file}`, { maxBytes: MiB });
  if (answer.kind !== 'text') return { kind: 'problem', problem: { file, message: explainPathFailure(answer) } };
  if (answer.truncated)
    return { kind: 'problem', problem: { file, message: 'is larger than 1 MiB; expected a KubeletConfiguration' } };
  return parseOnce(answer.text, file);
}

/** `*.conf` below a directory in the order of Go's filepath.WalkDir: by name at each level, links to directories not followed. */
async function dropInFiles(
  host: HostView,
  root: string,
  directory: string,
  depth = 0,
): Promise<readonly string[] | ConfigProblem> {
  const listing = await host.listDirectory(`${root}${directory}`);
  if (listing.kind !== 'entries') return { file: directory, message: `--config-dir ${explainPathFailure(listing)}` };
  const files: string[] = [];
  for (const name of listing.names) {
    const path = `${directory}/${name}`;
    const isLink = (await host.readLink(`${root}${path}`)).kind === 'link';
    const status = isLink ? undefined : await host.fileStatus(`${root}${path}`);
    if (status?.kind === 'status' && status.is === 'directory' && depth < MAX_DEPTH) {
      const below = await dropInFiles(host, root, path, depth + 1);
      if ('message' in below) return below;
      files.push(...below);
    } else if (name.endsWith('.conf')) files.push(path);
    if (files.length > MAX_FILES) return { file: directory, message: `--config-dir holds more than ${MAX_FILES} files` };
  }
  return files;
}

/** WalkDir looks at its root with lstat: a --config-dir that is a link, and not written with a slash at its end, is never entered. */
async function walkDropIns(host: HostView, root: string, directory: string): ReturnType<typeof dropInFiles> {
  const isLink = !directory.endsWith('/') && (await host.readLink(`${root}${directory}`)).kind === 'link';
  return isLink ? [] : dropInFiles(host, root, directory.replace(/\/+$/, ''));
}

/** The main file and every drop-in, read; `root` is prefixed where the kubelet lives in a container. */
export async function readConfigLayers(
  host: HostView,
  paths: { readonly root: string; readonly file?: string; readonly directory?: string },
): Promise<ConfigLayers> {
  const problems: ConfigProblem[] = [];
  const layer = async (file: string): Promise<ConfigLayer | undefined> => {
    const parsed = await readLayer(host, paths.root, file);
    if (parsed.kind === 'config') return { file, content: parsed.content };
    problems.push(parsed.problem);
    return undefined;
  };
  const main = paths.file === undefined ? undefined : await layer(paths.file);
  const names = paths.directory === undefined ? [] : await walkDropIns(host, paths.root, paths.directory);
  if ('message' in names) problems.push(names);
  const dropIns = 'message' in names ? [] : await Promise.all(names.map(layer));
  return { ...(main === undefined ? {} : { main }), dropIns: dropIns.filter((read) => read !== undefined), problems };
}
