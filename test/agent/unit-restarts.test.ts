import { describe, expect, it } from 'vitest';
import type { Gatherer } from '../../agent/gather.ts';
import { openRestartRecord } from '../../agent/unit-restarts.ts';
import type { Source } from '../../lib/model/source.ts';
import { kubeletUnit } from '../../lib/sources/kubelet/kubelet-unit.ts';
import { runtimeUnits } from '../../lib/sources/runtime/runtime-units.ts';

const MINUTE = 60_000;

function open(uptime = 60 * MINUTE) {
  let now = 1_000_000;
  const facts = new Map<Source<unknown>, unknown>();
  const last = (source: Source<unknown>) => (facts.has(source) ? { fact: facts.get(source), age: 0 } : undefined);
  const record = openRestartRecord({
    clock: { now: () => now, monotonic: () => now, sleep: async () => undefined },
    gathered: { last } as Pick<Gatherer, 'last'>,
    uptime: () => uptime,
  });
  const counted = () => {
    const history = record.history();
    return history.kind === 'agent' ? history.units.map(({ daemon, at }) => `${daemon} ${at.length}`) : [];
  };
  return {
    counted,
    docker(restarts: number | undefined) {
      now += 1000;
      facts.set(runtimeUnits, { kind: 'units', units: { 'docker.service': { id: 'docker.service', restarts } } });
      return record.look();
    },
    kubelet(restarts: number, mainStartedAt: number) {
      now += 1000;
      facts.set(kubeletUnit, { kind: 'unit', unit: 'kubelet.service', restarts, mainStartedAt });
      return record.look();
    },
    record,
  };
}

describe('restarts by systemd', () => {
  it('are what its counter went up by since it was first seen', () => {
    const { docker, counted } = open();

    expect([docker(7), docker(7), docker(8), docker(11)]).toEqual([true, false, true, true]);
    expect(counted()).toEqual(['docker 4']);
  });

  it('count once however often a reading is looked at', () => {
    const { docker, counted, record } = open();
    docker(0);

    expect([docker(2), record.look(), record.look()]).toEqual([true, false, false]);
    expect(counted()).toEqual(['docker 2']);
  });

  it('begin anew with a start by a person, which is none', () => {
    const { docker, counted } = open();
    docker(3);

    expect([docker(0), docker(2)]).toEqual([false, true]);
    expect(counted()).toEqual(['docker 2']);
  });

  it('of a kubelet that was not asked about before count from the one that made it a question', () => {
    const [young, old] = [open(), open()];

    young.kubelet(4, 1_000_500);
    old.kubelet(4, 5000);

    expect([young.counted(), old.counted()]).toEqual([['kubelet 1'], ['kubelet 0']]);
  });

  it('while the node boots are not counted', () => {
    const { docker, counted } = open(4 * MINUTE);
    docker(0);
    docker(9);

    expect(counted()).toEqual(['docker 0']);
  });

  it('are not known of a systemd that does not count', () => {
    const { docker, counted, record } = open();

    expect([record.look(), docker(undefined)]).toEqual([false, false]);
    expect(counted()).toEqual([]);
  });

  it('are bounded', () => {
    const { docker, counted } = open();
    docker(0);
    docker(1_000_000);

    expect(counted()).toEqual(['docker 100']);
  });
});
