import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Ledger, openLedger } from '../../lib/ledger/ledger.ts';
import { readLedger } from '../../lib/ledger/read.ts';
import type { LedgerEvent } from '../../lib/model/incident.ts';
import { minutes, seconds } from '../../lib/model/units.ts';
import { attemptsOf, restartsLeft } from '../../lib/policy/budget.ts';
import { identityOfEntry } from '../../lib/policy/entries.ts';
import { type DiskCall, fakeDisk } from '../fakes/disk.ts';
import { intent, opened, outcome } from '../fakes/ledger.ts';

const directory = '/var/lib/nodemend/ledger';
const runtimeDirectory = '/run/nodemend/ledger';
const PER = minutes(60);
const MOST = 2;

const REMEDIES = ['restart-runtime', 'restart-kubelet'] as const;

type Step =
  | { readonly do: 'act'; readonly remedy: 0 | 1; readonly dies: number; readonly ends: boolean }
  | { readonly do: 'note'; readonly close: boolean }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'jump'; readonly ms: number }
  | { readonly do: 'kill'; readonly arrived: number; readonly garbage: Uint8Array }
  | { readonly do: 'reboot'; readonly arrived: number; readonly off: number }
  | { readonly do: 'fault'; readonly code: string | undefined; readonly where: string; readonly call: DiskCall | undefined }
  | { readonly do: 'fill'; readonly room: number | undefined }
  | { readonly do: 'delete' }
  | { readonly do: 'tend' };

const share = fc.double({ min: 0, max: 1, noNaN: true });
const on = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });
const when = <Name extends Step['do']>(name: Name) => fc.constant(name);

const step: fc.Arbitrary<Step> = fc.oneof(
  on(
    10,
    fc.record({
      do: when('act'),
      remedy: fc.constantFrom(0 as const, 1 as const),
      dies: fc.oneof(on(3, fc.constant(99)), on(1, fc.nat(7))),
      ends: fc.boolean(),
    }),
  ),
  on(2, fc.record({ do: when('note'), close: fc.boolean() })),
  on(3, fc.record({ do: when('pass'), ms: fc.integer({ min: 0, max: minutes(40) }) })),
  on(2, fc.record({ do: when('jump'), ms: fc.constantFrom(-minutes(600), -minutes(61), minutes(61), minutes(600)) })),
  on(3, fc.record({ do: when('kill'), arrived: share, garbage: fc.uint8Array({ maxLength: 40 }) })),
  on(3, fc.record({ do: when('reboot'), arrived: share, off: fc.integer({ min: 0, max: minutes(90) }) })),
  on(
    2,
    fc.record({
      do: when('fault'),
      code: fc.constantFrom(undefined, undefined, undefined, 'EIO', 'EROFS', 'ENOSPC', 'EACCES'),
      where: fc.constantFrom('/var', '/run', '/'),
      call: fc.constantFrom<(DiskCall | undefined)[]>(undefined, 'append', 'sync', 'create', 'read', 'list'),
    }),
  ),
  on(1, fc.record({ do: when('fill'), room: fc.constantFrom(undefined, undefined, 0, 100, 1000) })),
  on(1, fc.record({ do: when('delete') })),
  on(2, fc.record({ do: when('tend') })),
);

interface Act {
  readonly remedy: string;
  readonly kept: string;
  readonly boot: string;
  /** By a clock that nothing in the program can read. */
  readonly truth: number;
}

/** An agent that obeys its budgets, on a node where everything happens. */
function world() {
  const disk = fakeDisk();
  const clock = { at: Date.parse('2026-01-01T00:00:00Z'), up: minutes(10), boot: 'boot-0' };
  let truth = 0;
  let boots = 0;
  let ledger: Ledger;
  const acts: Act[] = [];
  const acknowledged = new Map<string, string>();
  const limits = { segmentBytes: 700, totalBytes: 2 ** 24, reserveBytes: 20_000 };

  const open = async () => {
    ledger = await openLedger({
      directory,
      runtimeDirectory,
      clock: () => ({ ...clock }),
      keep: PER,
      disk,
      limits,
      deadline: 10_000,
    });
  };

  async function append(event: LedgerEvent): Promise<string> {
    const { entry, kept } = await ledger.append(event);
    if (kept === 'disk') acknowledged.set(identityOfEntry(entry), entry.kind);
    return kept;
  }

  /** From the n-th call on nothing reaches the disk, and nobody hears of it. */
  async function dying(calls: number, work: () => Promise<unknown>): Promise<void> {
    const { fault } = disk;
    let left = calls;
    disk.fault = (call, path) => {
      left -= 1;
      return left < 0 ? 'EIO' : fault(call, path);
    };
    const acknowledgedBefore = new Map(acknowledged);
    await work();
    disk.fault = fault;
    acknowledged.clear();
    for (const [identity, kind] of acknowledgedBefore) acknowledged.set(identity, kind);
  }

  async function act({ remedy: index, dies, ends }: Extract<Step, { do: 'act' }>): Promise<void> {
    const remedy = REMEDIES[index];
    const unit = `${remedy}.service`;
    const spender = { type: 'ContainerRuntimeUnhealthy', subject: 'docker.service', remedy };
    const decided = ledger.state.kind;
    if (attemptsOf(ledger.entries, spender, PER, clock).length >= MOST) return;
    if (restartsLeft(ledger.entries, unit, decided, clock) < 1) return;
    const action = ledger.newAction('20260101-0001');
    const event = intent({ action, remedy, unit });
    if (dies < 8) {
      await dying(dies, () => append(event));
      await restart(0.5, new Uint8Array());
      return;
    }
    const kept = await append(event);
    if (kept !== decided) return;
    acts.push({ remedy, kept, boot: clock.boot, truth });
    if (ends) await append(outcome({ action, remedy }));
  }

  async function restart(arrived: number, garbage: Uint8Array): Promise<void> {
    disk.crash((pending) => Math.round(pending * arrived));
    // No program starts faster.
    clock.up += 20;
    clock.at += 20;
    truth += 20;
    const newest = [...disk.files.keys()]
      .filter((path) => path.endsWith('.log'))
      .sort()
      .at(-1);
    const file = disk.files.get(newest ?? '');
    if (file !== undefined) file.synced = Buffer.concat([file.synced, garbage]);
    await open();
  }

  async function take(one: Step): Promise<void> {
    switch (one.do) {
      case 'act':
        return await act(one);
      case 'note':
        if (one.close) await append({ kind: 'closed', incident: '20260101-0001', healedBy: 'itself' });
        else await append(opened({ incident: '20260101-0001' }));
        return;
      case 'pass':
        clock.up += one.ms;
        clock.at += one.ms;
        truth += one.ms;
        return;
      case 'jump':
        clock.at += one.ms;
        return;
      case 'kill':
        return await restart(one.arrived, one.garbage);
      case 'reboot':
        boots += 1;
        clock.boot = `boot-${boots}`;
        clock.up = seconds(1);
        truth += one.off + seconds(1);
        disk.crash((pending) => Math.round(pending * one.arrived));
        disk.deleteDirectory(runtimeDirectory);
        return await open();
      case 'fault':
        disk.fault = (call, path) =>
          path.startsWith(one.where) && (one.call === undefined || one.call === call) ? one.code : undefined;
        return;
      case 'fill':
        disk.capacity =
          one.room === undefined
            ? Number.POSITIVE_INFINITY
            : [...disk.files.values()].reduce((sum, { synced }) => sum + synced.length, one.room);
        return;
      case 'delete':
        // What is deleted while it cannot even be read is gone.
        if (ledger.state.kind !== 'disk') return;
        disk.fault = () => undefined;
        disk.capacity = Number.POSITIVE_INFINITY;
        disk.deleteDirectory(directory);
        clock.up += seconds(10);
        await ledger.tend();
        acknowledged.clear();
        return;
      case 'tend':
        await ledger.tend();
    }
  }

  async function nothingIsLost(): Promise<void> {
    const { fault } = disk;
    disk.fault = () => undefined;
    const { entries } = await readLedger([directory, runtimeDirectory], disk);
    disk.fault = fault;
    const found = new Map(entries.map((entry) => [identityOfEntry(entry), entry.kind]));
    for (const [identity, kind] of acknowledged) expect(found.get(identity)).toBe(kind);
  }

  function noBudgetIsBroken(): void {
    for (const remedy of REMEDIES) {
      const ours = acts.filter((one) => one.remedy === remedy);
      const onDisk = ours.filter(({ kept }) => kept === 'disk');
      for (const { truth: end } of onDisk) {
        expect(onDisk.filter((one) => one.truth <= end && one.truth >= end - PER).length).toBeLessThanOrEqual(MOST);
      }
      const without = ours.filter(({ kept }) => kept !== 'disk').map(({ boot }) => boot);
      expect(new Set(without).size).toBe(without.length);
    }
    expect(acts.filter(({ kept }) => kept === 'memory')).toEqual([]);
  }

  return { open, take, nothingIsLost, noBudgetIsBroken, acts };
}

describe('ledger', () => {
  it('loses nothing it acknowledged and lets no budget be broken, whatever happens to it', async () => {
    let acted = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
        const node = world();
        await node.open();
        for (const one of steps) {
          await node.take(one);
          await node.nothingIsLost();
        }
        node.noBudgetIsBroken();
        acted += node.acts.length;
      }),
      { numRuns: 150 },
    );
    // The property is empty unless the agent did act.
    expect(acted).toBeGreaterThan(100);
  }, 60_000);
});
