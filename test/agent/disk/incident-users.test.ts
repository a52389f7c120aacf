import { describe, expect, it } from 'vitest';
import { openIncidentUsers } from '../../../agent/disk/incident-users.ts';
import type { FileSystemUsage } from '../../../lib/host/host.ts';
import type { ControlAnswer, ControlRequest } from '../../../lib/host/host-control.ts';
import type { FactOf } from '../../../lib/model/source.ts';
import type { Standing } from '../../../lib/model/standing.ts';
import { MiB, minutes } from '../../../lib/model/units.ts';
import { fakeNode } from '../../fakes/node.ts';
import { fault } from '../../remedies/units.ts';

const usage = (bytesAvailable: number): FileSystemUsage => ({
  kind: 'usage',
  bytes: 1,
  bytesAvailable,
  inodes: 1,
  inodesFree: 1,
  device: 1,
});
const standing = (
  identity: string,
  type = 'EvictionThresholdNear',
  subject = 'nodefs.available',
  state: Standing['state'] = 'active',
): Standing => ({
  identity,
  check: 'eviction-signals',
  fault: fault('NodefsAvailable', { type, subject }),
  state,
  since: 0,
  stood: 0,
  gone: 0,
});
const facts: Readonly<Record<string, unknown>> = {
  'eviction-signals': { signals: [{ signal: 'nodefs.available', at: '/var/lib/kubelet' }] },
};
const said = JSON.stringify({
  filesystem: '/var/lib/kubelet',
  byBytes: [{ path: '/var/lib/kubelet/pods/u', bytes: 5 * MiB, inodes: 2, of: 'pod shop/web' }],
  byInodes: [],
  deleted: [],
  seen: { bytes: 5, inodes: 2 },
  used: { bytes: 10, inodes: 2 },
  took: 1200,
  denied: 0,
});

function laboratory(room = 100 * MiB, answer: ControlAnswer = { kind: 'done', said }) {
  const requests: ControlRequest[] = [];
  let now = 0;
  const host = fakeNode({ usage: { '/state': usage(room) } });
  const users = openIncidentUsers({
    host: { ...host, clock: { ...host.clock, monotonic: () => now } },
    control: {
      async control(request) {
        requests.push(request);
        return request.kind === 'program' ? answer : { kind: 'done' };
      },
    },
    stateDirectory: '/state',
    incidentOf: (identity) => `i-${identity}`,
    factOf: () => (async ({ id }) => facts[id]) as FactOf,
  });
  const wait = (time: number) => {
    now += time;
  };
  return { users, requests, wait };
}

describe('the largest users of an incident', () => {
  it('are looked for by a program of its own, and kept with the incident', async () => {
    const { users, requests } = laboratory();

    users.take([standing('a')]);
    await users.idle();

    expect(requests[0]).toMatchObject({ kind: 'program', argv: expect.arrayContaining(['ionice', 'users']), within: 15_000 });
    expect(requests[1]).toMatchObject({ kind: 'write-file', path: '/state/evidence/i-a/largest-users.txt', mode: 0o600 });
    expect(requests[1]?.kind === 'write-file' ? requests[1].text : '').toContain(
      '5 MiB  /var/lib/kubelet/pods/u  (pod shop/web)',
    );
  });

  it('are looked for once for an incident, and not again for ten minutes whatever comes', async () => {
    const { users, requests, wait } = laboratory();

    users.take([standing('a'), standing('b')]);
    users.take([standing('a')]);
    await users.idle();
    expect(requests).toHaveLength(2);
    wait(minutes(11));
    users.take([standing('a'), standing('b')]);
    await users.idle();
    expect(requests).toHaveLength(4);
  });

  it.each([
    ['is only suspected', standing('a', 'EvictionThresholdNear', 'nodefs.available', 'suspected')],
    ['is about memory', standing('a', 'EvictionThresholdMet', 'memory.available')],
    ['is another problem', standing('a', 'PidsNearLimit', 'nodefs.available')],
  ])('are nobody’s business where the problem %s', async (_what, one) => {
    const { users, requests } = laboratory();

    users.take([one]);
    await users.idle();

    expect(requests).toEqual([]);
  });

  it('are not written onto a disk that has no room at all', async () => {
    const { users, requests } = laboratory(1000);

    users.take([standing('a')]);
    await users.idle();

    expect(requests).toEqual([]);
  });

  it.each<[string, ControlAnswer, string]>([
    ['cannot be started', { kind: 'failed', why: 'no bus' }, 'no bus'],
    ['says nonsense', { kind: 'done', said: 'x' }, 'nothing that could be read'],
  ])('leave a word where the program %s', async (_what, answer, text) => {
    const { users, requests } = laboratory(100 * MiB, answer);

    users.take([standing('a')]);
    await users.idle();

    expect(requests[1]?.kind === 'write-file' ? requests[1].text : '').toContain(text);
  });
});
