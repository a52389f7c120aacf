import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../agent/configuration.ts';
import { openDeciding } from '../../agent/deciding.ts';
import type { Hold } from '../../lib/model/guard.ts';
import type { LedgerEvent } from '../../lib/model/incident.ts';
import { fakeLedger } from '../fakes/memory-ledger.ts';
import { fakeNode } from '../fakes/node.ts';
import { standing } from '../fakes/tidings.ts';

const UNDER_WAY: Hold = { id: 'under-way', why: 'drain for DockerHung: scheduled' };
const REBOOT: LedgerEvent = {
  kind: 'intent',
  action: 'other.1',
  incident: 'other',
  type: 'KernelDeadlock',
  remedy: 'reboot',
  rung: 1,
  disruption: 'node',
  plan: [],
  by: 'agent',
};

async function decided(underWay: Hold | undefined, ...events: readonly LedgerEvent[]) {
  const config = defaultConfig();
  const ledger = fakeLedger();
  for (const event of events) await ledger.append(event);
  const asked: string[] = [];
  const about = standing();
  const { type } = about.fault;
  const decide = openDeciding({
    host: fakeNode({ processes: [{ pid: 7, name: 'kubelet' }] }),
    config: {
      ...config,
      ladders: { [type]: ['drain'] },
      remedies: { ...config.remedies, drain: { ...config.remedies.drain, enabled: true } as never },
    },
    ledger,
    casebook: { incidentOf: () => 'i', note: async () => undefined },
    moment: () => ({ boot: 'b', up: 1000 }),
    healthyRuns: { of: () => undefined },
    fleet: {
      async holds({ remedy }) {
        asked.push(remedy);
        return [];
      },
      confirm: async () => undefined,
      release: async () => undefined,
      resume: async () => async () => undefined,
    },
    errands: { hold: () => underWay },
    node: 'web-1',
    api: { steadyFor: () => 0 },
    gathered: {},
  });
  const decision = await decide({ ...about, state: 'active' }, undefined);
  return { decision, asked };
}

describe('a place in the fleet’s budget', () => {
  it('is asked for by what may begin now', async () => {
    const { decision, asked } = await decided(undefined);

    expect(decision).toMatchObject({ kind: 'act', remedy: { id: 'drain' } });
    expect(asked).toEqual(['drain']);
  });

  it('is not taken for what waits behind this node’s own work: its program takes it when the time has come', async () => {
    const { decision, asked } = await decided(UNDER_WAY);

    expect(decision).toMatchObject({ kind: 'hold', holds: [UNDER_WAY] });
    expect(asked).toEqual([]);
  });

  it('is not taken for what waits behind a reboot', async () => {
    const { decision, asked } = await decided(undefined, REBOOT);

    expect(decision).toMatchObject({ kind: 'hold', remedy: { id: 'drain' }, holds: [{ id: 'under-way' }] });
    expect(asked).toEqual([]);
  });
});
