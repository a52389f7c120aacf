import { readBase } from './base-command.ts';
import { planConfigDirectory } from './config-dir.ts';
import { planExtraArguments } from './extra-args.ts';
import type { Change, Mechanism, Rejected, TuneNode } from './node.ts';
import { planDropIn, planFrozenCommand } from './systemd-drop-in.ts';
import type { Target } from './target.ts';
import { isUnclear } from './unit-words.ts';

export const VIAS = ['auto', 'config-dir', 'systemd', 'extra-args'] as const;
export type Via = (typeof VIAS)[number];

export interface MechanismOptions {
  readonly via: Via;
  readonly freezeCommand: boolean;
  /** SHA-256 in hexadecimal. */
  readonly digest: (text: string) => string;
}

/** The mechanisms in question, those first that leave most to the distribution. */
function order({ via, freezeCommand }: MechanismOptions): readonly Mechanism[] {
  const frozen: readonly Mechanism[] = freezeCommand ? ['freeze-command'] : [];
  if (via === 'auto') return ['config-dir', 'extra-args', 'systemd', ...frozen];
  return via === 'systemd' ? ['systemd', ...frozen] : [via];
}

function plan(mechanism: Mechanism, node: TuneNode, target: Target, options: MechanismOptions): Change | Rejected {
  if (mechanism === 'config-dir') return planConfigDirectory(node, target);
  if (mechanism === 'freeze-command') return planFrozenCommand(node, target, options.digest);
  const base = readBase(node);
  if (isUnclear(base)) return { kind: 'rejected', mechanism, why: base.why };
  return mechanism === 'extra-args' ? planExtraArguments(node, base, target) : planDropIn(node, base, target);
}

/** The first mechanism that is proved to give the target on this node, and why the ones before it do not. */
export function chooseMechanism(
  node: TuneNode,
  target: Target,
  options: MechanismOptions,
): { readonly change?: Change; readonly rejected: readonly Rejected[] } {
  const rejected: Rejected[] = [];
  for (const mechanism of order(options)) {
    const planned = plan(mechanism, node, target, options);
    if (planned.kind === 'change') return { change: planned, rejected };
    rejected.push(planned);
  }
  return { rejected };
}
