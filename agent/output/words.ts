import type { Verdict } from '../../lib/model/finding.ts';
import type { ProblemDefinition, Severity } from '../../lib/model/problem.ts';
import type { CheckReport, Health, NextRemedy, ProblemReport } from '../../lib/model/report.ts';
import { findRemedy } from '../../lib/remedies/index.ts';
import { type AccessWords, accessWords } from './access-words.ts';
import { type SignalWords, signalWords } from './signals.ts';
import { type SpaceWords, spaceWords } from './space.ts';
import { type StatusWords, statusWords } from './status-words.ts';

/** What stands in front of a line. */
export interface Labels {
  readonly advice: string;
  readonly asBefore: string;
  readonly cause: string;
  readonly evidence: string;
  readonly givenUp: string;
  readonly held: string;
  readonly more: string;
  readonly next: string;
}

export interface DoctorWords {
  readonly health: Readonly<Record<Health, string>>;
  readonly severity: Readonly<Record<Severity, string>>;
  readonly status: Readonly<Record<Verdict, string>>;
  readonly label: Labels;
  /** `active for 3m`. */
  standing(state: ProblemReport['state'], age?: string): string;
  /** What is wrong, in one sentence with its numbers. */
  message(problem: ProblemReport): string;
  summary(check: Pick<CheckReport, 'summary'>): string;
  advice(text: string): string;
  next(next: NextRemedy): string;
  hold(text: string): string;
  cause(type: string): string;
  givenUp(type: string): string;
  /** `459 MiB, limit 596 MiB, of 5.82 GiB`. */
  measure(observed: string, limit: string, whole?: string): string;
  moreLines(count: number): string;
  readonly asAbove: string;
  readonly saidAbove: string;
  readonly signals: string;
  checks(counts: string): string;
}

export interface ExplainWords {
  readonly meaning: string;
  readonly detection: string;
  readonly reasons: string;
  readonly person: string;
  readonly agent: string;
  readonly settings: string;
  readonly adviceOnly: string;
  readonly nothing: string;
  readonly ending: string;
  rung(at: number, remedy: string, more: { readonly title: string; readonly disruption: string; readonly on: boolean }): string;
}

/** Everything that `doctor`, `explain` and `status` say themselves. Ids, reasons and commands are the same in every language, and so is JSON. */
export interface Words {
  readonly doctor: DoctorWords;
  readonly explain: ExplainWords;
  readonly space: SpaceWords;
  readonly signal: SignalWords;
  readonly access: AccessWords;
  readonly status: StatusWords;
  /** The same problem, told in this language. */
  problem(problem: ProblemDefinition): ProblemDefinition;
  /** What a remedy does, as a sentence fragment. */
  remedy(id: string): string;
}

const remedyTitle = (id: string) => findRemedy(id)?.title ?? '';

const doctor: DoctorWords = {
  health: { Healthy: 'Healthy', Degraded: 'Degraded', Critical: 'Critical', Unknown: 'Unknown' },
  severity: { critical: 'CRITICAL', warning: 'WARNING', notice: 'NOTICE' },
  status: { fail: 'fail', warn: 'warn', unknown: 'unknown', pass: 'pass', skip: 'skip' },
  label: {
    advice: 'do',
    asBefore: 'do',
    cause: 'because of',
    evidence: 'seen',
    givenUp: 'given up',
    held: 'held by',
    more: 'more',
    next: 'agent would',
  },
  standing: (state, age) => (age === undefined ? state : `${state} for ${age}`),
  message: ({ message }) => message,
  summary: ({ summary }) => summary,
  advice: (text) => text,
  next({ remedy, disruption, blockedBy, holds }) {
    const held = blockedBy.length === 0 || holds !== undefined ? '' : `; held now by: ${blockedBy.join(', ')}`;
    return `${remedy} (${remedyTitle(remedy)}; disruption: ${disruption})${held}`;
  },
  hold: (text) => text,
  cause: (type) => `${type}, above: repair that first`,
  givenUp: (type) => `every remedy had its attempts; nodemend reset ${type} forgives them`,
  measure: (observed, limit, whole) => `${observed}, limit ${limit}${whole === undefined ? '' : `, of ${whole}`}`,
  moreLines: (count) => ` … (${count} more lines)`,
  asAbove: 'as above',
  saidAbove: 'as said above',
  signals: 'Eviction signals',
  checks: (counts) => `Checks (${counts})`,
};

const explain: ExplainWords = {
  meaning: 'What it means',
  detection: 'How it is detected',
  reasons: 'Reasons',
  person: 'What a person does',
  agent: 'What the agent does',
  settings: 'Settings',
  adviceOnly: 'advice only',
  nothing: 'nothing by itself: it tells you',
  ending: '`nodemend explain PROBLEM` tells more.',
  rung: (at, remedy, { title, disruption, on }) =>
    `${at}. ${remedy}: ${title} (disruption: ${disruption}; ${on ? 'on by default' : 'off until you turn it on'})`,
};

export const english: Words = {
  doctor,
  explain,
  space: spaceWords,
  signal: signalWords,
  access: accessWords,
  status: statusWords,
  problem: (problem) => problem,
  remedy: remedyTitle,
};
