import type { Instant } from '../../model/units.ts';
import { byWeight, type Claim, isQuiet } from './claim.ts';
import type { DeclaredCondition } from './declared.ts';
import { clip, conditionEvent, type MonitorEvent } from './events.ts';

/** A node condition as it is to be reported. */
export interface MonitorCondition {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
  readonly transition: Instant;
}

/** One type of condition of all monitors: what it says while nothing is wrong, and who says that something is. */
interface Entry {
  readonly declared: DeclaredCondition;
  readonly source: string;
  claims: readonly Claim[];
  transition: Instant;
}

/** 10⁶ devices do not make 10⁶ claims: what is over is counted with those that name none. */
const MOST_SUBJECTS = 64;

/** What the node answered about a claim. */
export type RecheckAnswer = 'stands' | 'gone' | 'unknown';

const isSame = (a: Claim, b: Claim) => a.monitor === b.monitor && a.reason === b.reason && a.subject === b.subject;

/**
 * The conditions of all monitors. Several rules, also of several files, may say the same condition: it is True while one of them does,
 * and gives the reason of the worst. It goes back to False by a line that says so, by asking the node, or after a quiet period.
 */
export class ConditionBoard {
  readonly #entries = new Map<string, Entry>();

  /** The first declaration of a type gives its healthy words. */
  declare(declared: DeclaredCondition, source: string, now: Instant): void {
    if (this.#entries.has(declared.type)) return;
    this.#entries.set(declared.type, { declared, source, claims: [], transition: now });
  }

  /** A line said so. The event if that is news: the same reason again only renews it. */
  claim(claim: Claim): MonitorEvent | undefined {
    const entry = this.#entries.get(claim.type);
    if (entry === undefined) return undefined;
    const bounded = this.#bound(entry, { ...claim, message: clip(claim.message) });
    const known = entry.claims.find((one) => isSame(one, bounded));
    if (known !== undefined) {
      const renewed = { ...known, seen: Math.max(known.seen, bounded.seen), trusted: known.trusted || bounded.trusted };
      entry.claims = entry.claims.map((one) => (one === known ? renewed : one));
      return undefined;
    }
    // A file of the operator's and our own rules may know the same line.
    const isTold = entry.claims.some(({ monitor, reason }) => reason === bounded.reason && monitor !== bounded.monitor);
    entry.claims = [...entry.claims, bounded].sort(byWeight);
    if (entry.claims.length === 1) entry.transition = bounded.since;
    if (isTold) return undefined;
    return conditionEvent(entry.source, { ...bounded, status: 'True' }, bounded.since);
  }

  /** A line said that it is over: for what it names, or for all of that reason if it names nothing. */
  revert(type: string, reason: string, subject: string, now: Instant): readonly MonitorEvent[] {
    return this.#drop(type, now, (claim) => claim.reason === reason && (subject === '' || claim.subject === subject));
  }

  /** Claims whose state can be read; each is asked about one at a time. */
  toRecheck(): readonly Claim[] {
    return [...this.#entries.values()].flatMap(({ claims }) => claims.filter(({ clearing }) => clearing.recheck !== undefined));
  }

  /** What the node said. `unknown` changes nothing: what cannot be read stands. */
  recheck(asked: Claim, answer: RecheckAnswer, now: Instant): readonly MonitorEvent[] {
    if (answer !== 'gone') return [];
    // A line that came while the node was asked is newer than its answer.
    return this.#drop(asked.type, now, (claim) => isSame(claim, asked) && claim.seen <= asked.seen);
  }

  /** Ends what has been quiet for long enough and cannot be asked about. */
  expire(now: Instant): readonly MonitorEvent[] {
    return [...this.#entries.keys()].flatMap((type) =>
      this.#drop(type, now, (claim) => claim.clearing.recheck === undefined && isQuiet(claim, now)),
    );
  }

  conditions(): readonly MonitorCondition[] {
    return [...this.#entries.values()].map(({ declared, claims, transition }) => {
      const [worst] = claims;
      if (worst === undefined) return { ...declared, status: 'False', transition };
      return { type: declared.type, status: 'True', reason: worst.reason, message: worst.message, transition };
    });
  }

  claims(): readonly Claim[] {
    return [...this.#entries.values()].flatMap(({ claims }) => claims);
  }

  /** Puts back what stood before a restart; claims of types that nobody declares any more are dropped. */
  restore(claims: readonly Claim[]): void {
    for (const claim of claims) {
      const entry = this.#entries.get(claim.type);
      if (entry === undefined || entry.claims.some((one) => isSame(one, claim))) continue;
      entry.claims = [...entry.claims, claim].sort(byWeight);
      entry.transition = Math.min(...entry.claims.map(({ since }) => since));
    }
  }

  #bound(entry: Entry, claim: Claim): Claim {
    const others = entry.claims.filter(({ reason, subject }) => reason === claim.reason && subject !== claim.subject);
    return others.length < MOST_SUBJECTS ? claim : { ...claim, subject: '' };
  }

  #drop(type: string, now: Instant, ends: (claim: Claim) => boolean): readonly MonitorEvent[] {
    const entry = this.#entries.get(type);
    if (entry === undefined) return [];
    const left = entry.claims.filter((claim) => !ends(claim));
    if (left.length === entry.claims.length) return [];
    entry.claims = left;
    if (left.length > 0) return [];
    entry.transition = now;
    return [conditionEvent(entry.source, { ...entry.declared, status: 'False' }, now)];
  }
}
