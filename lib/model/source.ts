import type { HostView } from '../host/host.ts';
import type { Duration } from './units.ts';

export interface ReadContext {
  /** The fact of another source, read at most once per round; throws what that source threw. */
  use<Fact>(source: Source<Fact>): Promise<Fact>;
  /** Aborted at the source's deadline. */
  readonly signal: AbortSignal;
  /** A person asked, or something is wrong: read also what is too dear for the idle rounds of the agent. */
  readonly thorough: boolean;
  /** What this source last read, in the idle rounds of the agent: its sameness may be cheaper to prove than to find out anew. */
  readonly before?: unknown;
}

/**
 * Reads one part of the node into a typed fact: the only code that turns host output into meaning.
 * A probe that got no answer is a fact (`{ kind: 'timed-out' }`), not an error; throw AgentError only when it could not even ask.
 */
export interface Source<Fact> {
  /** Equals the file name. */
  readonly id: string;
  /** Bound of the whole read, the sources it uses included. */
  readonly deadline: Duration;
  /** How long the agent may go on with one reading while all is well; absent: every round reads anew. */
  readonly keep?: Duration;
  /** Whether a reading is one to go on with; by default each is. */
  worthKeeping?(fact: Fact): boolean;
  read(host: HostView, context: ReadContext): Promise<Fact>;
}

export function defineSource<Fact>(source: Source<Fact>): Source<Fact> {
  return source;
}

/** A fact of this moment; undefined: it could not be read. */
export type FactOf = <Fact>(source: Source<Fact>) => Promise<Fact | undefined>;

/** Stands in for the fact of a source that could not be read. */
export interface SourceFailure {
  readonly unavailable: string;
}

/** A source whose failure the check can live with: its fact is then a `SourceFailure`. */
export interface OptionalSource<Fact> {
  readonly optional: Source<Fact>;
}

export function optional<Fact>(source: Source<Fact>): OptionalSource<Fact> {
  return { optional: source };
}

export function isUnavailable(fact: unknown): fact is SourceFailure {
  return typeof fact === 'object' && fact !== null && 'unavailable' in fact;
}

/** The fact; undefined where it could not be read. */
export function known<Fact>(fact: Fact | SourceFailure): Fact | undefined {
  return isUnavailable(fact) ? undefined : fact;
}
