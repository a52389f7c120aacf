import { localFiles } from '../../lib/host/exact-file.ts';
import type { HostView } from '../../lib/host/host.ts';
import { safeJson } from '../../lib/model/printable.ts';
import { isUnavailable } from '../../lib/model/source.ts';
import { nodeState } from '../../lib/sources/cluster/node-state.ts';
import { EXIT } from '../command.ts';
import { gatherer } from '../gather.ts';
import { type EvictionPlan, renderEvictionPlan, renderTuneOutcome, renderTuneStep, type TuneOutcome } from '../output/tune.ts';
import type { Subject } from '../subject.ts';
import type { Terminal } from '../terminal.ts';
import { readTuneNode } from '../tune-node.ts';
import { type PreparedEviction, prepareEviction, type TuneRequest } from '../tune-plan.ts';
import { applyNow, type CarryOut, closeEarlier, lockTuning, PROGRAM, revertNow } from './carry-out.ts';
import { openJournal } from './journal.ts';
import { localHands } from './local-hands.ts';

async function nodeNameOf(host: HostView, nodeName: string): Promise<string> {
  if (nodeName !== 'auto') return nodeName;
  const state = await gatherer(host).fact(nodeState);
  return isUnavailable(state) ? '' : state.hostname;
}

export async function toDocument({ host, config }: Subject, planned: PreparedEviction['plan']): Promise<EvictionPlan> {
  const node = await nodeNameOf(host, config.nodeName);
  const time = new Date(host.clock.now()).toISOString();
  return { apiVersion: 'nodemend.io/v1', kind: 'EvictionPlan', node, time, ...planned };
}

/** A plan changes nothing, not even what a killed run left: it says so. */
export async function openNote({ config, cluster }: Subject): Promise<readonly string[]> {
  if (cluster === undefined) return [];
  const found = await openJournal(config.stateDirectory, localFiles)
    .read()
    .catch(() => undefined);
  if (found?.state !== 'open') return [];
  const { transaction, progress } = found;
  return [
    `--${transaction.what} is under way, or was interrupted at the step "${progress.step}": --resume finishes it or puts everything back`,
  ];
}

/** Ctrl-C puts everything back; a terminal that is gone is no reason to stop in the middle. */
function untilInterrupted(): AbortSignal {
  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => ended.abort());
  process.on('SIGHUP', () => undefined);
  process.stdout.on('error', () => undefined);
  return ended.signal;
}

export interface ChangeRequest {
  readonly asked: TuneOutcome['asked'];
  readonly request: TuneRequest;
  readonly subject: Subject;
  readonly terminal: Terminal;
  readonly isJson: boolean;
}

type Result = Pick<TuneOutcome, 'outcome' | 'message'>;

interface Changed {
  readonly result: Result;
  readonly plan?: EvictionPlan;
}

async function carryOut({ asked, request, subject, terminal, isJson }: ChangeRequest, work: CarryOut): Promise<Changed> {
  const { host } = subject;
  const earlier = await closeEarlier(work);
  if (asked === 'resume') return { result: earlier ?? { outcome: 'nothing', message: 'no change is open' } };
  if (earlier?.outcome === 'stuck') return { result: earlier };
  const gathered = gatherer(host);
  if (asked === 'revert') return { result: await revertNow(await readTuneNode(host, gathered).catch(() => undefined), work) };
  const prepared = await prepareEviction(host, gathered, request);
  const plan = await toDocument(subject, prepared.plan);
  if (!isJson) terminal.print(renderEvictionPlan(plan, terminal, true));
  const [refusal] = plan.refusals;
  if (refusal !== undefined) return { plan, result: { outcome: 'refused', message: refusal.message } };
  return { plan, result: await applyNow(prepared, work) };
}

function isGood(asked: TuneOutcome['asked'], outcome: TuneOutcome['outcome']): boolean {
  // What was put back is what --resume is for.
  return asked === 'resume' ? outcome !== 'stuck' : ['applied', 'reverted', 'nothing'].includes(outcome);
}

/** --apply, --revert or --resume, step by step before a person's eyes; exits by whether it was done. */
export async function change(wanted: ChangeRequest): Promise<number> {
  const { asked, subject, terminal, isJson } = wanted;
  const { host, config, cluster } = subject;
  if (cluster === undefined) throw new Error('a recording cannot be changed');
  const name = await nodeNameOf(host, config.nodeName);
  const lock = lockTuning(config);
  const began = host.clock.monotonic();
  const steps: TuneOutcome['steps'][number][] = [];
  const say = (text: string) => {
    const step = { seconds: Math.round(host.clock.monotonic() - began) / 1000, text };
    steps.push(step);
    if (!isJson) terminal.print(renderTuneStep(step, terminal));
  };
  const signal = untilInterrupted();
  const hands = localHands({ node: { host, cluster }, config, name, program: PROGRAM, say, signal });
  try {
    const { result, plan } = await carryOut(wanted, { hands, options: { say, signal } });
    const outcome: TuneOutcome = { asked, ...result, steps };
    const document = plan ?? { apiVersion: 'nodemend.io/v1', kind: 'EvictionChange', node: name };
    terminal.print(isJson ? `${safeJson({ ...document, result: outcome }, 2)}\n` : renderTuneOutcome(outcome, terminal));
    return isGood(asked, outcome.outcome) ? EXIT.ok : EXIT.refused;
  } finally {
    lock.release();
  }
}
