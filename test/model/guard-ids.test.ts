import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { GuardedAction, GuardFacts, UnitLife } from '../../lib/model/guard.ts';
import { GUARD_IDS, guardsMet } from '../../lib/model/guard-ids.ts';
import { holdsOf } from '../../lib/policy/guards.ts';
import { remedies } from '../../lib/remedies/index.ts';

const active: UnitLife = {
  id: 'a.service',
  loadState: 'loaded',
  activeState: 'active',
  subState: 'running',
  result: 'success',
  unitFileState: 'enabled',
  mainState: 'D',
  startedAgo: 1,
  activeAgo: 1,
  invocation: 'i1',
  watchdog: 1,
};

/** A node on which everything that a guard could look for stands against a remedy. */
const HELD: GuardFacts = {
  uptime: 1,
  observing: true,
  pause: { reason: 'bob' },
  starvation: { cpuSome: 99, memoryFull: 99, ioFull: 99 },
  units: { 'a.service': active },
  pending: [{ unit: 'a.service', what: 'a file' }],
  packages: ['dpkg'],
  repairers: [{ name: 'somebody' }],
  node: { systemUuid: 'a', machineId: 'a', unschedulable: true, annotations: {}, taints: [] },
  host: { systemUuid: 'b', machineId: 'b' },
  controlPlane: ['etcd'],
  now: Date.UTC(2026, 0, 1),
  windows: [{ cron: '0 3 1 7 *', duration: 60_000, timeZone: 'UTC' }],
  healthyIn: {},
  layout: 'k3s',
  ledgerLost: { why: 'gone', restarted: [] },
};

describe('guardsMet', () => {
  it.each(remedies)('has every guard that holds $id', ({ id, disruption }) => {
    const unit = /^(restart-|set-eviction)/.test(id) ? { unit: 'a.service' } : {};
    const action: GuardedAction = { remedy: id, disruption, allowed: 'local', reason: 'PlegStalled', ...unit };
    const held = [HELD, { ...HELD, units: { 'a.service': { ...active, activeState: 'inactive' } } }].flatMap((facts) =>
      holdsOf(facts, { ...action, disruption: 'workload' }).map((hold) => hold.id),
    );

    expect(held.length).toBeGreaterThan(6);
    expect(held.filter((guard) => !guardsMet(id).includes(guard))).toEqual([]);
  });

  it('leaves out what a remedy never meets: a series that can only be 0 is one too many on every node', () => {
    expect(guardsMet('restart-runtime')).not.toEqual(expect.arrayContaining(['inhibited']));
    expect(guardsMet('cordon')).not.toEqual(expect.arrayContaining(['never-healthy']));
    for (const { id } of remedies) expect(guardsMet(id)).not.toContain('not-persistent');
  });
});

describe('guards.md', () => {
  it('has every guard there is, and no other', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/guards.md'), 'utf8');
    const listed = [...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, id]) => id);

    expect(listed.toSorted()).toEqual(GUARD_IDS.filter((id) => id !== 'not-persistent').toSorted());
  });
});
