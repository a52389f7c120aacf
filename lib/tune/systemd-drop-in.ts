import { type BaseCommand, readBase } from './base-command.ts';
import { lastName } from './drop-ins.ts';
import { readEnvironmentFile } from './environment-file.ts';
import { EXTRA, withTarget } from './extra-args.ts';
import { type Change, type Mechanism, type Rejected, STEM, startOf, type TuneNode } from './node.ts';
import { disprove } from './proof.ts';
import { commandLine, readServiceCommand } from './service-command.ts';
import { type Target, toFlags, withoutFlags } from './target.ts';
import { isUnclear, quoteForUnit } from './unit-words.ts';

const WRITTEN = '# Written by nodemend tune eviction: always every signal, as a partial set switches the others off.\n';

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

function dropInPath({ unit, units }: TuneNode): string {
  const names = units.slice(1).map(({ path }) => nameOf(path));
  return `/etc/systemd/system/${unit}.d/${lastName(STEM, names)}`;
}

function finish(
  node: TuneNode,
  target: Target,
  drop: { mechanism: Mechanism; path: string; after: string; notes: readonly string[] },
) {
  const { mechanism, path, after } = drop;
  const units = [...node.units.filter((unit) => unit.path !== path), { path, text: after }];
  const argv = commandLine(units, node.unit, node.environmentFiles);
  const wrong = isUnclear(argv) ? argv.why : disprove(node, target, { argv, layers: node.layers });
  if (isUnclear(argv) || wrong !== undefined) return { kind: 'rejected', mechanism, why: wrong ?? '' } as const;
  return { kind: 'change', ...drop, ...startOf(node.existing.get(path)), argv } as const;
}

/**
 * Variables that ExecStart expands to words of their own and no EnvironmentFile= sets: first the one that has thresholds already,
 * then the one meant for additions, then the others, the last on the line first.
 */
function freeVariables(node: TuneNode, { command, variables }: BaseCommand): readonly string[] {
  const taken = [...node.environmentFiles.values()].map(readEnvironmentFile);
  const isTaken = (name: string) => taken.some((read) => isUnclear(read) || read.has(name));
  const names = command.words.map((word) => /^\$([A-Za-z_]\w*)$/.exec(word)?.[1]).filter((name) => name !== undefined);
  const free = names.filter((name) => /KUBELET|ARGS|OPTS|FLAGS/.test(name) && !isTaken(name)).reverse();
  const holding = free.filter((name) => /--eviction[-_]hard/.test(variables.get(name) ?? ''));
  return [...new Set([...holding, ...free.filter((name) => name === EXTRA), ...free])];
}

function planVariable(node: TuneNode, target: Target, path: string, name: string): Change | Rejected {
  // Without our own earlier drop-in: what the others say is merged with, and may have changed.
  const without = readServiceCommand(
    node.units.filter((unit) => unit.path !== path),
    node.unit,
  );
  if (isUnclear(without)) return { kind: 'rejected', mechanism: 'systemd', why: without.why };
  const former = without.environment.get(name);
  const value = withTarget(former ?? '', target);
  if (isUnclear(value)) return { kind: 'rejected', mechanism: 'systemd', why: value.why };
  const after = `${WRITTEN}[Service]\nEnvironment=${quoteForUnit(`${name}=${value}`)}\n`;
  const notes =
    former === undefined ? [] : [`it repeats what ${name} holds today; a later change of that elsewhere has no effect`];
  return finish(node, target, { mechanism: 'systemd', path, after, notes });
}

/** Only the Environment= of a variable that ExecStart expands: the command stays the distribution's. */
export function planDropIn(node: TuneNode, base: BaseCommand, target: Target): Change | Rejected {
  let rejected: Rejected | undefined;
  for (const name of freeVariables(node, base)) {
    const planned = planVariable(node, target, dropInPath(node), name);
    if (planned.kind === 'change') return planned;
    rejected ??= planned;
  }
  return rejected ?? { kind: 'rejected', mechanism: 'systemd', why: 'ExecStart= expands no variable that a drop-in could set' };
}

const isPlain = (word: string) => /^[\w$@./:=,<>{}+-]+$/.test(word);

/** The whole ExecStart=, with the flags in it: the next version of the unit's own command has no effect any more. */
export function planFrozenCommand(node: TuneNode, target: Target, digest: (text: string) => string): Change | Rejected {
  const mechanism = 'freeze-command';
  const path = dropInPath(node);
  const without = node.units.filter((unit) => unit.path !== path);
  const current = readBase(node);
  if (isUnclear(current)) return { kind: 'rejected', mechanism, why: current.why };
  const command = readServiceCommand(without, node.unit);
  if (isUnclear(command)) return { kind: 'rejected', mechanism, why: command.why };
  if (/[@:]/.test(command.prefix)) return { kind: 'rejected', mechanism, why: `ExecStart= begins with ${command.prefix}` };
  const words = [...withoutFlags(command.words, target), ...toFlags(target)];
  const line = words.map((word) => (isPlain(word) ? word : quoteForUnit(word))).join(' ');
  const hash = digest(command.words.join('\0'));
  const after = `# Written by nodemend tune eviction --freeze-command.\n# base command: sha256 ${hash}\n[Service]\nExecStart=\nExecStart=${command.prefix}${line}\n`;
  const notes = [
    'the command is frozen: a kubelet upgrade that changes its flags may not start; this file is then to be removed',
  ];
  return finish(node, target, { mechanism, path, after, notes });
}
