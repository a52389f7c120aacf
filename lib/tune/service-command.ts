import { readEnvironmentFile } from './environment-file.ts';
import { expandSpecifiers } from './specifiers.ts';
import { parseUnitFile, type UnitText } from './unit-file.ts';
import { isUnclear, splitUnitWords, type Unclear, unclear } from './unit-words.ts';

export interface EnvironmentFile {
  readonly path: string;
  /** `-` before the path: it may be missing. */
  readonly optional: boolean;
}

/** What the unit's files say it runs, before the environment is put in. */
export interface ServiceCommand {
  readonly kind: 'command';
  /** As in ExecStart=, its prefixes included and `$VAR` as they stand. */
  readonly words: readonly string[];
  /** Before the path; with `:` no variable is put in, with `@` the path is no word of the argv. */
  readonly prefix: string;
  readonly environment: ReadonlyMap<string, string>;
  readonly files: readonly EnvironmentFile[];
}

type Lists = { readonly execStart: string[]; readonly environment: string[]; readonly files: string[] };

const LISTS: Readonly<Record<string, keyof Lists>> = {
  ExecStart: 'execStart',
  Environment: 'environment',
  EnvironmentFile: 'files',
};

/** All values in order; an empty one drops those before it. */
function collect(units: readonly UnitText[]): Lists | Unclear {
  const lists: Lists = { execStart: [], environment: [], files: [] };
  for (const { path, text } of units) {
    const { assignments, commentInside } = parseUnitFile(text);
    if (commentInside && assignments.some(({ key }) => key in LISTS))
      return unclear(`${path}: a comment stands between continued lines, which not every systemd reads alike`);
    for (const { section, key, value } of assignments) {
      if (section !== 'Service') continue;
      if (/^(Unset|Pass)Environment$/.test(key) && value !== '') return unclear(`${path}: ${key}= is set`);
      const name = LISTS[key];
      if (name === undefined) continue;
      if (value === '') lists[name].length = 0;
      else lists[name].push(value);
    }
  }
  return lists;
}

/** Words first, specifiers in each of them after, as systemd does since 229. */
function words(value: string, unit: string): readonly string[] | Unclear {
  const split = splitUnitWords(value, 'unit');
  if (isUnclear(split)) return split;
  const expanded: string[] = [];
  for (const word of split) {
    const text = expandSpecifiers(word, unit);
    if (isUnclear(text)) return text;
    expanded.push(text);
  }
  return expanded;
}

function readFiles(values: readonly string[], unit: string): readonly EnvironmentFile[] | Unclear {
  const files: EnvironmentFile[] = [];
  for (const value of values) {
    const path = expandSpecifiers(value.replace(/^-/, ''), unit);
    if (isUnclear(path)) return path;
    if (/[*?[]/.test(path)) return unclear(`EnvironmentFile=${value} is a pattern`);
    if (path.startsWith('/')) files.push({ path, optional: value.startsWith('-') });
  }
  return files;
}

/** The unit's own file first, then its drop-ins in systemd's order. */
export function readServiceCommand(units: readonly UnitText[], unit: string): ServiceCommand | Unclear {
  const lists = collect(units);
  if (isUnclear(lists)) return lists;
  if (lists.execStart.length !== 1) return unclear(`the unit has ${lists.execStart.length} ExecStart= lines; expected 1`);
  const line = lists.execStart[0] ?? '';
  const [, prefix = '', rest = ''] = /^([@\-:+!|]*)(.*)$/s.exec(line) ?? [];
  const command = words(rest, unit);
  const files = readFiles(lists.files, unit);
  const assigned = words(lists.environment.join(' '), unit);
  for (const part of [command, files, assigned]) if (isUnclear(part)) return part;
  if (isUnclear(command) || isUnclear(files) || isUnclear(assigned)) return unclear('not to be read');
  if (command.includes(';')) return unclear('ExecStart= holds several commands');
  const pairs = assigned.filter((word) => /^[A-Za-z_]\w*=/.test(word));
  return {
    kind: 'command',
    words: prefix.includes('@') ? command.slice(1) : command,
    prefix,
    environment: new Map(pairs.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)])),
    files,
  };
}

/** Every variable, those of the files over those of Environment=; `texts` has the files that exist. */
export function variablesOf(command: ServiceCommand, texts: ReadonlyMap<string, string>): ReadonlyMap<string, string> | Unclear {
  const variables = new Map(command.environment);
  for (const { path, optional } of command.files) {
    const text = texts.get(path);
    if (text === undefined && !optional)
      return unclear(`EnvironmentFile=${path} cannot be read, and the unit does not start without it`);
    const read = readEnvironmentFile(text ?? '');
    if (isUnclear(read)) return unclear(`${path}: ${read.why}`);
    for (const [name, value] of read) variables.set(name, value);
  }
  return variables;
}

/** replace_env_argv() of systemd: `$VAR` that is a whole word becomes words, `${VAR}` text in place, `$$` a dollar. */
export function expandVariables(command: ServiceCommand, variables: ReadonlyMap<string, string>): readonly string[] | Unclear {
  if (command.prefix.includes(':')) return command.words;
  const argv: string[] = [];
  for (const word of command.words) {
    if (!/^\$[^{$]/.test(word)) {
      argv.push(
        word.replaceAll(/\$\$|\$\{([^}]*)\}/g, (whole, name?: string) =>
          name === undefined ? whole.slice(1) : (variables.get(name) ?? ''),
        ),
      );
      continue;
    }
    const split = splitUnitWords(variables.get(word.slice(1)) ?? '', 'variable');
    if (isUnclear(split)) return unclear(`${word}: ${split.why}`);
    argv.push(...split);
  }
  return argv;
}

/** The argv that systemd would run. */
export function commandLine(
  units: readonly UnitText[],
  unit: string,
  texts: ReadonlyMap<string, string>,
): readonly string[] | Unclear {
  const command = readServiceCommand(units, unit);
  if (isUnclear(command)) return command;
  const variables = variablesOf(command, texts);
  return isUnclear(variables) ? variables : expandVariables(command, variables);
}
