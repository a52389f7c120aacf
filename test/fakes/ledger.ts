import type { EntryOf, LedgerEntry, LedgerEvent } from '../../lib/model/incident.ts';

let last = 0;

/** An entry of the ledger; each one later than the one before. */
export function entry<Event extends LedgerEvent>(event: Event, stamp: Partial<LedgerEntry> = {}): Event & LedgerEntry {
  last += 1;
  return {
    at: Date.parse('2026-01-01T00:00:00Z') + last * 1000,
    boot: 'boot-a',
    up: last * 1000,
    seq: last,
    ...event,
    ...stamp,
  } as Event & LedgerEntry;
}

export const opened = (details: Partial<EntryOf<'opened'>> = {}) =>
  ({
    kind: 'opened',
    incident: '20260101-0001',
    type: 'ContainerRuntimeUnhealthy',
    subject: 'docker.service',
    reason: 'DockerHung',
    severity: 'critical',
    message: 'dockerd has not answered for 12 s',
    evidence: [{ from: '/proc/812/stat', excerpt: '812 (dockerd) T 1' }],
    ...details,
  }) as const satisfies LedgerEvent;

export const intent = (details: Partial<EntryOf<'intent'>> = {}) =>
  ({
    kind: 'intent',
    action: '20260101-0001.1',
    incident: '20260101-0001',
    type: 'ContainerRuntimeUnhealthy',
    subject: 'docker.service',
    remedy: 'restart-runtime',
    rung: 0,
    disruption: 'local',
    unit: 'docker.service',
    plan: [{ kind: 'kill', unit: 'docker.service', signal: 'SIGKILL' }],
    by: 'agent',
    ...details,
  }) as const satisfies LedgerEvent;

export const outcome = (details: Partial<EntryOf<'outcome'>> = {}) =>
  ({
    kind: 'outcome',
    action: '20260101-0001.1',
    incident: '20260101-0001',
    remedy: 'restart-runtime',
    outcome: 'succeeded',
    message: 'docker.service answers again after 4.5 s',
    ...details,
  }) as const satisfies LedgerEvent;
