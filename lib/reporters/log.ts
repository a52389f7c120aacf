import type { RemedyStep, Reporter, Snapshot, Tidings } from '../model/snapshot.ts';
import type { Transition } from '../model/standing.ts';
import { guardsOf, nameProblem, problemKey } from './problem-words.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Static messages, everything that varies in fields. */
export interface Log {
  info(fields: Fields, message: string): void;
  warn(fields: Fields, message: string): void;
  error(fields: Fields, message: string): void;
}

function logTransition(log: Log, { standing: { fault, check }, from, to }: Transition): void {
  const { type, reason, subject, severity, message } = fault;
  const fields = { type, reason, subject, severity, check, from, to, detail: message };
  if (to === 'active' && severity !== 'notice') log.warn(fields, 'problem active');
  else log.info(fields, `problem ${to}`);
}

function logStep(log: Log, { kind, message, ...fields }: RemedyStep): void {
  const { at: _, ...rest } = fields;
  const words = { ...rest, detail: message };
  if (kind === 'failed' || kind === 'exhausted') log.warn(words, kind === 'failed' ? 'remedy failed' : 'remedies exhausted');
  else log.info(words, `remedy ${kind}`);
}

/** What was decided for each problem, in a form that only changes when the decision does. */
function decisionsOf({ problems }: Snapshot): ReadonlyMap<string, Fields> {
  return new Map(
    problems.map((problem) => {
      const { next, exhausted, holds } = problem;
      const why = holds.map(({ id, why: because }) => `${id}: ${because}`);
      const fields = { problem: nameProblem(problem), remedy: next?.remedy, disruption: next?.disruption, exhausted, why };
      return [`${problemKey(problem)}\0${next?.remedy ?? ''}\0${exhausted}\0${guardsOf(problem).join()}`, fields];
    }),
  );
}

/** Every change of state and every decision, once. */
export function logReporter(log: Log): Reporter {
  let health: string | undefined;
  let mode: string | undefined;
  let paused: string | undefined;
  let decided: ReadonlyMap<string, Fields> = new Map();

  function logSnapshot({ snapshot }: Tidings): void {
    const decisions = decisionsOf(snapshot);
    for (const [key, fields] of decisions) {
      if (!decided.has(key) && (fields.remedy !== undefined || fields.exhausted === true)) log.info(fields, 'decision');
    }
    decided = decisions;
    if (snapshot.health !== health) log.info({ from: health, to: snapshot.health }, 'health changed');
    if (snapshot.mode !== mode) log.info({ from: mode, to: snapshot.mode }, 'mode changed');
    const pause = snapshot.paused?.reason;
    if (pause !== paused) log.info({ reason: pause, until: snapshot.paused?.until }, pause === undefined ? 'resumed' : 'paused');
    [health, mode, paused] = [snapshot.health, snapshot.mode, pause];
  }

  return {
    id: 'log',
    async report(tidings) {
      for (const transition of tidings.transitions) logTransition(log, transition);
      for (const step of tidings.steps) logStep(log, step);
      logSnapshot(tidings);
    },
  };
}
