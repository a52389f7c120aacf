import { describe, expect, it } from 'vitest';
import { composeFleet } from '../../agent/compose-fleet.ts';
import { defaultConfig } from '../../agent/configuration.ts';
import type { AgentConfig } from '../../lib/config/schema.ts';
import type { ProblemState } from '../../lib/model/snapshot.ts';
import { identity } from '../fakes/cluster.ts';
import { leaseApi } from '../fakes/lease-api.ts';
import { fakeLedger } from '../fakes/memory-ledger.ts';
import { fakeNode } from '../fakes/node.ts';
import { problemState, START, tidings } from '../fakes/tidings.ts';

/** The Leases that stand when this node has this problem. */
async function leasesWith(problem: Partial<ProblemState>, ladders: AgentConfig['ladders'] = {}) {
  const api = await leaseApi(() => START);
  const cluster = Object.assign(api.cluster, { clusterIdentity: async () => ({ ...identity, user: 'nodemend' }) });
  const config = { ...defaultConfig(), ladders };
  const parts = { node: { host: fakeNode({}), cluster }, view: { zone: 'a', uid: 'u' }, ledger: fakeLedger() };
  const { lease } = composeFleet({ ...parts, config, moment: () => ({ boot: 'b', up: 1 }), random: () => 0.5 });
  await lease.report(tidings(0, { problems: [problemState(problem)] }));
  await lease.settled();
  return [...api.leases.keys()];
}

describe('a node tells the others of its trouble', () => {
  const kernel = { type: 'KernelDeadlock', reason: 'DockerHung' } as const;
  it.each<[string, Partial<ProblemState>, AgentConfig['ladders'], readonly string[]]>([
    ['a problem with a ladder', {}, {}, ['node-a']],
    ['one that nothing here could cure', kernel, {}, []],
    ['one for which the operator has set a ladder', kernel, { KernelDeadlock: ['drain', 'reboot'] }, ['node-a']],
    ['the same, for its reason alone', kernel, { 'KernelDeadlock/DockerHung': ['drain'] }, ['node-a']],
    ['a ladder for another reason', kernel, { 'KernelDeadlock/AUFSUmountHung': ['drain'] }, []],
    ['one that the operator repairs by hand is trouble all the same', {}, { ContainerRuntimeUnhealthy: [] }, ['node-a']],
    ['a notice, whatever its ladder', { ...kernel, severity: 'notice' }, { KernelDeadlock: ['drain'] }, []],
    ['what another problem explains', { ...kernel, cause: 'MountUnresponsive' }, { KernelDeadlock: ['drain'] }, []],
  ])('%s', async (_, problem, ladders, expected) => {
    expect(await leasesWith(problem, ladders)).toEqual(expected);
  });
});
