import { AgentError } from '../../errors.ts';
import type { HostView } from '../../host/host.ts';
import { defineSource, type ReadContext } from '../../model/source.ts';
import { seconds } from '../../model/units.ts';
import { readInstalled } from './kubelet-installed.ts';
import { type KubeletLayout, type KubeletProcess, kubeletProcess } from './kubelet-process.ts';

/** The command line that settings come from: the running process, else what the unit would start. */
export interface KubeletCommand {
  readonly argv: readonly string[];
  /** `process 812`, `kubelet.service is inactive (dead)`, `no kubelet on this host`. */
  readonly source: string;
  readonly pid?: number;
  readonly layout: KubeletLayout;
  readonly installed: boolean;
}

/** `Key=value` lines of `systemctl show`; a repeated key (EnvironmentFiles) is joined with a newline. */
function parseShow(text: string): Readonly<Record<string, string>> {
  const properties: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=');
    if (equals === -1) continue;
    const key = line.slice(0, equals);
    const before = properties[key];
    properties[key] = before === undefined ? line.slice(equals + 1) : `${before}\n${line.slice(equals + 1)}`;
  }
  return properties;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', s: ' ' };

/** Words by systemd's quoting: blanks separate, "…" and '…' (and the $'…' that `systemctl show` prints) hold them together. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let index = 0; index < text.length; index++) {
    const char = text[index] ?? '';
    if (char === '\\' && index + 1 < text.length) {
      index += 1;
      const escaped = text[index] ?? '';
      word = (word ?? '') + (ESCAPES[escaped] ?? escaped);
    } else if (char === quote) quote = undefined;
    else if (quote === undefined && (char === '"' || char === "'")) {
      quote = char;
      word = word === '$' && char === "'" ? '' : (word ?? '');
    } else if (quote === undefined && /\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  if (word !== undefined) words.push(word);
  return words;
}

function toVariables(words: readonly string[]): Record<string, string> {
  const pairs = words.filter((word) => word.includes('='));
  return Object.fromEntries(pairs.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]));
}

/** Assignments of an EnvironmentFile=: shell-like lines, `#` and `;` at a line's beginning start a comment. */
export function parseEnvironmentFile(text: string): Record<string, string> {
  const lines = text.replaceAll('\\\n', '').split('\n');
  const assignments = lines.map((line) => line.trim()).filter((line) => line.includes('=') && !/^[#;]/.test(line));
  return toVariables(
    assignments.map((line) => {
      const equals = line.indexOf('=');
      const value = line.slice(equals + 1).trim();
      const quoted = /^(["']).*\1$/s.test(value);
      return `${line.slice(0, equals)}=${quoted ? splitWords(value).join(' ') : value}`;
    }),
  );
}

/** `$NAME` as a word of its own is split at blanks, `${NAME}` is replaced in place, `$$` is a dollar (systemd.service(5)). */
export function expandCommand(words: readonly string[], variables: Readonly<Record<string, string>>): string[] {
  return words.flatMap((word) => {
    const whole = /^\$([A-Za-z_]\w*)$/.exec(word)?.[1];
    if (whole !== undefined) return splitWords(variables[whole] ?? '');
    return [
      word.replaceAll(/\$\$|\$\{([A-Za-z_]\w*)\}/g, (match, name?: string) =>
        name === undefined ? (match[0] ?? '') : (variables[name] ?? ''),
      ),
    ];
  });
}

const EXEC_START = /argv\[\]=(.*?) ; ignore_errors=/s;

async function environmentOf(host: HostView, shown: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  let variables = toVariables(splitWords(shown.Environment ?? ''));
  for (const line of (shown.EnvironmentFiles ?? '').split('\n')) {
    const path = line.replace(/ \(ignore_errors=(yes|no)\)$/, '');
    if (!path.startsWith('/')) continue;
    const file = await host.readFile(path);
    if (file.kind === 'text') variables = { ...variables, ...parseEnvironmentFile(file.text) };
  }
  return variables;
}

/** What systemd would start, in its own words; undefined when systemd cannot be asked or knows no such unit. */
async function unitCommand(host: HostView, unit: string): Promise<readonly string[] | undefined> {
  const properties = 'ExecStart,Environment,EnvironmentFiles';
  const answer = await host.run(['systemctl', 'show', '-p', properties, unit], { deadline: seconds(2) });
  if (answer.kind !== 'exited' || answer.code !== 0) return undefined;
  const shown = parseShow(answer.stdout);
  const command = EXEC_START.exec(shown.ExecStart ?? '')?.[1];
  if (command === undefined) return undefined;
  return expandCommand(splitWords(command), await environmentOf(host, shown));
}

/** A process table that does not show the kubelet (hidepid=, no root) leaves the files, which may still say enough. */
async function processOrWhy(host: HostView, { use }: ReadContext): Promise<KubeletProcess> {
  try {
    return await use(kubeletProcess);
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    const found = await readInstalled(host);
    if (found === undefined) return { kind: 'absent', installed: false, why: `no kubelet is installed here; ${error.message}` };
    return { kind: 'absent', installed: true, why: error.message, ...(found.unit === undefined ? {} : { unit: found.unit }) };
  }
}

async function read(host: HostView, context: ReadContext): Promise<KubeletCommand> {
  const process = await processOrWhy(host, context);
  if (process.kind === 'running') {
    const { argv, pid, layout } = process;
    return { argv, source: `process ${pid}`, pid, layout, installed: true };
  }
  const { installed, why, unit = 'kubelet.service' } = process;
  const argv = installed ? await unitCommand(host, unit) : undefined;
  const source = argv === undefined || why.includes(unit) ? why : `${unit} (${why})`;
  return { argv: argv ?? [], source, layout: 'systemd', installed };
}

export const kubeletCommand = defineSource<KubeletCommand>({ id: 'kubelet-command', deadline: seconds(7), read });
