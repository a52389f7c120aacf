import { setTimeout as sleep } from 'node:timers/promises';
import { dockerdHung } from '../../test/lab/faults/dockerd-hung.ts';
import { property } from '../../test/lab/faults/shared/unit.ts';
import type { LabHost } from '../../test/lab/host.ts';
import type { Lab } from '../../test/lab/lab.ts';
import { freshAgent, ledgerOf, statusOf, untilCalm } from '../repairs/agent-on-host.ts';

export interface GuardCase {
  readonly name: string;
  /** Guard that must hold the remedy, and none beside it. */
  readonly guard: string;
  /** For the table: what was done. */
  readonly done: string;
  /** Configuration beside the defaults. */
  readonly config?: string;
  /** Before the node is waited for to be calm: what restarts a unit. */
  prepare?(host: LabHost, lab: Lab): Promise<void>;
  /** Right before the hang. */
  begin?(host: LabHost, lab: Lab): Promise<void>;
  /** Instead of a hang of dockerd. */
  hang?(host: LabHost, lab: Lab): Promise<void>;
  end?(host: LabHost, lab: Lab): Promise<void>;
  /** The node is what the case before left: its ledger counts. */
  readonly goesOn?: boolean;
  /** Not waited for: the case is about what is young. */
  readonly atOnce?: boolean;
  /** Problem whose remedy is held. */
  readonly problem?: string;
  readonly unit?: string;
}

export interface GuardRun {
  readonly name: string;
  readonly expected: string;
  readonly done: string;
  readonly ids: readonly string[];
  readonly text: string;
  readonly verdict: string;
  readonly good: boolean;
}

const FOUND_WITHIN = 90_000;
/** How long it is watched after it has said why it does nothing. */
const WATCHED = 15_000;

function holdsOf(host: LabHost, problem: string) {
  const found = statusOf(host)?.problems.find(({ type, state }) => type === problem && state === 'active');
  return found?.holds ?? [];
}

/** The agent has decided: something holds it, or something was done. */
async function untilDecided(host: LabHost, problem: string, since: number) {
  const deadline = Date.now() + FOUND_WITHIN;
  while (Date.now() < deadline) {
    const holds = holdsOf(host, problem);
    if (holds.length > 0 || (await intentsSince(host, since)) > 0) return;
    await sleep(1000);
  }
}

async function intentsSince(host: LabHost, since: number): Promise<number> {
  return (await ledgerOf(host)).filter(({ kind, at }) => kind === 'intent' && at >= since).length;
}

async function judge(one: GuardCase, host: LabHost): Promise<Omit<GuardRun, 'name' | 'expected' | 'done'>> {
  const { problem = 'ContainerRuntimeUnhealthy', unit = 'docker', guard } = one;
  const before = await property(host, unit, 'InvocationID');
  const struck = Date.now();
  await untilDecided(host, problem, struck);
  await sleep(WATCHED);
  const holds = holdsOf(host, problem);
  const intents = await intentsSince(host, struck);
  const isSame = before === (await property(host, unit, 'InvocationID'));
  const ids = [...new Set(holds.map(({ id }) => id))];
  const isHeld = intents === 0 && isSame && ids.length > 0;
  const isAlone = ids.length === 1 && ids[0] === guard;
  const verdict = isHeld ? `yes${isAlone ? '' : `, by ${ids.join(', ')}`}` : `NO (${intents} remedies)`;
  return { ids, verdict, good: isHeld && isAlone, text: holds.map(({ why }) => why).join('; ') || 'nothing' };
}

export async function runCase(one: GuardCase, lab: Lab, host: LabHost = lab.host()): Promise<GuardRun> {
  const named = { name: one.name, expected: one.guard, done: one.done };
  await one.prepare?.(host, lab);
  if (one.goesOn !== true) await freshAgent(host, one.config);
  if (one.atOnce !== true) await untilCalm(host, lab, 400_000);
  try {
    await one.begin?.(host, lab);
    await (one.hang ?? ((hung) => dockerdHung.break(hung, lab)))(host, lab);
    return { ...named, ...(await judge(one, host)) };
  } finally {
    await dockerdHung.mend(host, lab);
    await one.end?.(host, lab);
  }
}
