import { describe, expect, it } from 'vitest';
import { type FlightFacts, toFlightSample } from '../../agent/flight.ts';
import type { EvictionSignals } from '../../lib/sources/eviction/eviction-signals.ts';
import type { Pressure } from '../../lib/sources/host/pressure.ts';
import type { KubeletPleg } from '../../lib/sources/kubelet/kubelet-pleg.ts';

const now = { at: 1_000_000, boot: 'boot-a', up: 5000 };
const bare = { ...now, mark: 'running' };
const of = (facts: FlightFacts) => toFlightSample(facts, now, 'running');

const avg = (avg10: number) => ({ avg10, avg60: 0, avg300: 0, total: 0 });
const pressure: Pressure = {
  stall: {
    kind: 'measured',
    cpu: { some: avg(12) },
    memory: { some: avg(3), full: avg(1) },
    io: { some: avg(60), full: avg(50) },
  },
  load: { avg1: 4, avg5: 0, avg15: 0, tasks: 900 },
  blocked: 7,
  memoryAvailable: 2 ** 30,
};

const pleg = (lastSeen: number | undefined, evented = false) =>
  ({
    kind: 'running',
    metrics: { kind: 'measured', url: '', pleg: { relists: 1, evented, ...(lastSeen === undefined ? {} : { lastSeen }) } },
  }) as unknown as KubeletPleg;

const signals = (values: Readonly<Record<string, number | null>>) =>
  ({ signals: Object.entries(values).map(([signal, observed]) => ({ signal, observed })) }) as unknown as EvictionSignals;

describe('toFlightSample', () => {
  it('takes pressure, load and memory', () => {
    expect(of({ pressure })).toEqual({
      ...bare,
      cpuSome: 12,
      memorySome: 3,
      memoryFull: 1,
      ioSome: 60,
      ioFull: 50,
      load1: 4,
      blockedTasks: 7,
      memoryAvailable: 2 ** 30,
    });
  });

  it.each<[string, FlightFacts, object]>([
    ['nothing of nothing', {}, {}],
    ['nothing of a kernel without PSI', { pressure: { stall: { kind: 'unavailable', why: 'no PSI' } } }, {}],
    ['tasks that somebody counted rather than those that wait for IO', { pressure, blockedTasks: 0 }, { blockedTasks: 0 }],
    [
      'what is left of the disks',
      { signals: signals({ 'nodefs.available': 5, 'imagefs.inodesFree': 0 }) },
      { nodefsBytes: 5, imagefsInodes: 0 },
    ],
    ['no disk that was not measured', { signals: signals({ 'nodefs.available': null }) }, {}],
    ['the age of the last relist', { pleg: pleg(988_000) }, { relistAge: 12_000 }],
    ['no age below zero', { pleg: pleg(1_000_900) }, { relistAge: 0 }],
    ['no age before the first relist', { pleg: pleg(undefined) }, {}],
    ['no age under Evented PLEG', { pleg: pleg(900_000, true) }, {}],
    ['no age of an absent kubelet', { pleg: { kind: 'absent', why: 'none' } }, {}],
    [
      'the agent itself',
      { agentMemory: 17e6, agentCpu: 1.5, apiLatency: 9 },
      { agentMemory: 17e6, agentCpu: 1.5, apiLatency: 9 },
    ],
    ['no number that is none', { agentMemory: Number.NaN }, {}],
  ])('takes %s', (_, facts, expected) => {
    const sample = of(facts);

    expect(sample).toMatchObject({ ...bare, ...expected });
    if (facts.pressure === undefined) expect(sample).toEqual({ ...bare, ...expected });
  });
});
