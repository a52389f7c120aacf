import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openFleet } from '../../agent/fleet.ts';
import { type FleetLease, openFleetLease } from '../../agent/fleet-lease.ts';
import { isKind } from '../../lib/model/incident.ts';
import { ms, seconds } from '../../lib/model/units.ts';
import { leaseStore } from '../fakes/lease-store.ts';
import { type AgentOptions, type SimAgent, startAgent } from '../fakes/sim/agent.ts';
import { type VirtualClock, virtualClock } from '../fakes/sim/clock.ts';
import { KUBELET, type SimNode, simNode } from '../fakes/sim/node.ts';
import { nobody, scratch } from './rig.ts';

interface Member {
  readonly node: SimNode;
  readonly agent: SimAgent;
}

/** Real agents, each on a node of its own, with one API server's Leases between them. Their checks look at times of their own. */
async function fleetOf(size: number, clock: VirtualClock): Promise<readonly Member[]> {
  const root = scratch();
  const cluster = leaseStore(clock, size);
  const members: Member[] = [];
  for (let index = 0; index < size; index++) {
    const name = `n${index}`;
    const node = simNode(clock);
    const random = () => ((index * 37) % 101) / 101;
    const place = { nodeName: async () => name, node: () => ({ zone: '' }), counts: () => true };
    const lease: FleetLease = openFleetLease({ cluster, clock, random, ...place });
    const fleet: AgentOptions['fleet'] = (own) =>
      openFleet({ ...own, cluster, access: async () => ({ node: name }), zone: () => '', lease, random });
    const own = join(root, name);
    mkdirSync(own);
    members.push({ node, agent: await startAgent(node, { root: own, cluster: nobody, fleet, reporters: [lease] }) });
    await clock.run(ms((index * 613) % 1000));
  }
  onTestFinished(async () => {
    for (const { agent } of members) agent.end();
    await clock.run(seconds(30));
  });
  await clock.run(seconds(15));
  return members;
}

const hang = (members: readonly Member[]) => {
  for (const { node } of members) node.mood(KUBELET, 'hung');
};
const restarted = (members: readonly Member[]) => members.filter(({ node }) => node.restarts(KUBELET) > 0);

describe('a kubelet hangs in the same second', () => {
  it('on all of a fleet: hardly any is restarted, whoever looks first', async () => {
    const clock = virtualClock();
    const members = await fleetOf(12, clock);
    hang(members);
    await clock.run(seconds(60));

    const held = members.filter(({ agent }) =>
      agent.latest()?.problems.some(({ holds }) => holds.some(({ id }) => id === 'fleet-breaker')),
    );
    expect(restarted(members).length).toBeLessThanOrEqual(1);
    expect(held.length).toBeGreaterThanOrEqual(11);
    // Who had begun to take evidence spent no attempt.
    const outcomes = members.flatMap(({ agent }) => agent.ledger.entries.filter(isKind('outcome')));
    expect(outcomes.filter(({ outcome, untouched }) => outcome === 'interrupted' && untouched !== true)).toEqual([]);
  });

  it.each([
    ['on one of them: it is repaired as if it were alone in the world', 1, 0],
    ['on two of six: a little later', 2, seconds(6)],
  ])('%s', async (_, sick, later) => {
    const clock = virtualClock();
    const members = await fleetOf(6, clock);
    const patients = members.slice(0, sick);
    const alone = await fleetOf(1, clock);
    const begin = clock.monotonic();
    hang([...patients, ...alone]);
    await clock.until(() => restarted(alone).length === 1, seconds(60));
    const reference = clock.monotonic() - begin;
    await clock.until(() => restarted(patients).length === sick, seconds(60));

    expect(restarted(patients)).toHaveLength(sick);
    // The checks of two nodes look at times of their own: an interval of them lies between.
    expect(clock.monotonic() - begin - reference).toBeLessThanOrEqual(later + seconds(6));
  });
});
