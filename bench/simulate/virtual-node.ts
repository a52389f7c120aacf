import type { LedgerEntry } from '../../lib/model/incident.ts';
import type { Duration } from '../../lib/model/units.ts';
import type { Company } from '../../lib/policy/second-look.ts';

/** What befalls a node. */
export interface Trouble {
  readonly type: string;
  readonly reason: string;
  /** Its unit does not run. */
  readonly dead?: boolean;
  /** From its beginning until its check is certain, at most. */
  readonly found: Duration;
  /** Chance that a remedy cures it, by remedy. */
  readonly cures: Readonly<Record<string, number>>;
  /** Only the checks say so: the node is well, and no remedy can change what they say. */
  readonly imagined?: boolean;
}

/** What a person sees of a node; the order is that of the chart. */
export const PHASES = ['healthy', 'suspected', 'held', 'repaired', 'disrupted', 'given up'] as const;
export type Phase = (typeof PHASES)[number];

export interface VirtualNode {
  readonly index: number;
  readonly name: string;
  readonly zone: string;
  /** An agent of the version before: it calls things by other names. */
  readonly old: boolean;
  /** Of its own clock against the API server's. */
  readonly skew: Duration;
  phase: Phase;
  trouble: Trouble | undefined;
  began: Duration;
  /** When its next event of each kind is due: one that fires at another time has been overtaken. */
  foundAt: Duration;
  healsAt: Duration;
  stepAt: Duration;
  renewAt: Duration;
  reportAt: Duration;
  /** The check is certain, and the incident is open. */
  active: boolean;
  incident: number;
  entries: LedgerEntry[];
  bootedAt: Duration;
  boots: number;
  /** The remedy that is being considered or done. */
  remedy: string | undefined;
  /** Begun: it is being done. */
  acting: boolean;
  /** Of its looks right before the first step. */
  company: Company | undefined;
  claims: boolean;
  drained: boolean;
  /** When a person let this one go on in spite of the breaker. */
  resetAt: Duration;
  pause: Duration;
  /** So often in a row, by the others. */
  held: number;
  /** For its turn, since then. */
  waitsSince: Duration;
  quietSince: Duration;
  /** Writes that failed in a row, and in all. */
  failures: number;
  refused: number;
  changes: number;
  writes: number;
  /** The same for its Lease, since it stands: 0 while there is none. */
  leaseSince: Duration;
  leaseWrites: number;
  leaseChanges: number;
  leaseFailures: number;
}

export const NEVER: Duration = -1;

export function virtualNode(index: number, given: Pick<VirtualNode, 'zone' | 'old' | 'skew'>): VirtualNode {
  return {
    ...given,
    index,
    name: `node-${index}`,
    phase: 'healthy',
    trouble: undefined,
    began: 0,
    foundAt: NEVER,
    healsAt: NEVER,
    stepAt: NEVER,
    renewAt: NEVER,
    reportAt: NEVER,
    active: false,
    incident: 0,
    entries: [],
    bootedAt: -1e9,
    boots: 0,
    remedy: undefined,
    acting: false,
    company: undefined,
    claims: false,
    drained: false,
    resetAt: NEVER,
    pause: 0,
    held: 0,
    waitsSince: NEVER,
    quietSince: 0,
    failures: 0,
    refused: 0,
    changes: 0,
    writes: 0,
    leaseSince: NEVER,
    leaseWrites: 0,
    leaseChanges: 0,
    leaseFailures: 0,
  };
}
