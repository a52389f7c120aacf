import type { BaseCommand } from './base-command.ts';
import { readEnvironmentFile } from './environment-file.ts';
import { type Change, type Rejected, startOf, type TuneNode } from './node.ts';
import { disprove } from './proof.ts';
import { commandLine } from './service-command.ts';
import { type Target, toFlags, withoutFlags } from './target.ts';
import { isUnclear, quoteForVariable, splitUnitWords, type Unclear } from './unit-words.ts';

export const EXTRA = 'KUBELET_EXTRA_ARGS';

/** A value with the target's flags in it, everything else as it was. */
export function withTarget(value: string, target: Target): string | Unclear {
  const words = splitUnitWords(value, 'variable');
  if (isUnclear(words)) return words;
  const kept = withoutFlags(words, target);
  const rest = kept.length === words.length ? value.trim() : kept.map(quoteForVariable).join(' ');
  return [rest, ...toFlags(target)].filter((part) => part !== '').join(' ');
}

const quoteForFile = (value: string) => `"${value.replaceAll(/["\\`$]/g, '\\$&')}"`;

/** The line that sets the variable is replaced if it is one line and the only one; otherwise a new one goes last, where it wins. */
function withAssignment(text: string, name: string, value: string): string {
  const assignment = `${name}=${quoteForFile(value)}`;
  const lines = text.split('\n');
  const found = lines.flatMap((line, index) => (new RegExp(`^\\s*${name}\\s*=`).test(line) ? [index] : []));
  const [index] = found;
  const line = index === undefined ? undefined : lines[index];
  const alone = line === undefined ? undefined : readEnvironmentFile(line);
  const whole = readEnvironmentFile(text);
  const isPlain =
    alone !== undefined && !isUnclear(alone) && !isUnclear(whole) && alone.get(name) === whole.get(name) && !line?.endsWith('\\');
  if (found.length === 1 && index !== undefined && isPlain) return lines.with(index, assignment).join('\n');
  const start = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return `${start}${assignment}\n`;
}

/** kubeadm writes this one anew at every join and upgrade. */
const isGenerated = (path: string) => path.endsWith('/kubeadm-flags.env');

/** The file whose word counts: the last that sets the variable, else the last that the unit reads. */
function chooseFile(node: TuneNode, { command }: BaseCommand): string | undefined {
  const paths = command.files.map(({ path }) => path).filter((path) => !isGenerated(path));
  const sets = (path: string) => {
    const read = readEnvironmentFile(node.environmentFiles.get(path) ?? '');
    return !isUnclear(read) && read.has(EXTRA);
  };
  return paths.findLast(sets) ?? paths.at(-1);
}

/** KUBELET_EXTRA_ARGS in the file that the unit reads. */
export function planExtraArguments(node: TuneNode, base: BaseCommand, target: Target): Change | Rejected {
  const reject = (why: string): Rejected => ({ kind: 'rejected', mechanism: 'extra-args', why });
  if (!base.command.words.includes(`$${EXTRA}`)) return reject(`ExecStart= does not expand $${EXTRA}`);
  const path = chooseFile(node, base);
  if (path === undefined) return reject('the unit reads no EnvironmentFile= for it');
  const before = node.environmentFiles.get(path);
  const value = withTarget(base.variables.get(EXTRA) ?? '', target);
  if (isUnclear(value)) return reject(value.why);
  const after = withAssignment(before ?? '', EXTRA, value);
  const argv = commandLine(node.units, node.unit, new Map([...node.environmentFiles, [path, after]]));
  if (isUnclear(argv)) return reject(argv.why);
  const wrong = disprove(node, target, { argv, layers: node.layers });
  if (wrong !== undefined) return reject(wrong);
  return { kind: 'change', mechanism: 'extra-args', path, ...startOf(before), after, argv, notes: [] };
}
