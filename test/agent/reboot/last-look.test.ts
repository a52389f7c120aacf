import { describe, expect, it } from 'vitest';
import { leaseHeld, lookInTheLastSecond } from '../../../agent/reboot/last-look.ts';
import { parseNodeFacts, parsePod } from '../../../agent/reboot/node-facts.ts';
import { type RebootNowParts, rebootNow } from '../../../agent/reboot/reboot-now.ts';
import { fromCri, fromDocker } from '../../../agent/reboot/runtime-pods.ts';
import type { HostView } from '../../../lib/host/host.ts';
import type { ControlAnswer, ControlRequest } from '../../../lib/host/host-control.ts';
import { leaseBody } from '../../../lib/kube/fleet-lease.ts';
import { type FakeNode, fakeNode } from '../../fakes/node.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const AGENT = 'agent: PLEGUnhealthy, 2026-01-01T00:00:00Z';
const UID = '3f1c2d4e-5a6b-4c7d-8e9f-0a1b2c3d4e5f';
const LOGIND =
  'busctl --system --no-pager call org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager ListInhibitors';

const response = (body: unknown, status = 200) => ({ kind: 'response', status, body, took: 1 }) as const;
const lease = (changes: object = {}) =>
  leaseBody({
    node: 'web-1',
    reason: 'PlegStalled',
    zone: '',
    since: NOW,
    now: NOW,
    seenAt: NOW,
    claim: 'reboot',
    controlPlane: false,
    ...changes,
  } as never);

interface Situation {
  readonly node?: object;
  readonly unschedulable?: boolean;
  readonly owner?: string | undefined;
  readonly annotations?: object;
  readonly pods?: readonly object[] | 'unknown';
  readonly lease?: object | 'none' | 'unknown';
  readonly host?: FakeNode;
  readonly answer?: ControlAnswer;
  /** Of one look, in milliseconds. */
  readonly takes?: readonly number[];
}

async function reboot(is: Situation = {}) {
  let now = 0;
  const takes = [...(is.takes ?? [])];
  const host: HostView = fakeNode({
    processes: [{ pid: 812, name: 'java' }],
    files: { '/proc/812/cgroup': '0::/system.slice/ssh.service' },
    commands: { [LOGIND]: 'a(ssssuu) 1 "shutdown" "kubelet" "Kubelet needs time" "delay" 0 7' },
    api: () =>
      is.lease === 'unknown'
        ? { kind: 'refused' }
        : response({ kind: 'LeaseList', items: is.lease === 'none' ? [] : [is.lease ?? lease()] }),
    ...is.host,
  });
  const owner = 'owner' in is ? is.owner : AGENT;
  const annotations = { ...(owner === undefined ? {} : { 'nodemend.io/cordoned-by': owner }), ...is.annotations };
  const said: string[] = [];
  const asked: ControlRequest[] = [];
  const parts: RebootNowParts = {
    host: { ...host, clock: { ...host.clock, monotonic: () => now } },
    cluster: {
      node: async () => {
        now += takes.shift() ?? 0;
        return {
          ok: true,
          value: { metadata: { name: 'web-1', annotations }, spec: { unschedulable: is.unschedulable ?? true } },
        };
      },
      podsOf: async () =>
        is.pods === 'unknown'
          ? { ok: false, failure: { reason: 'NoAnswer', message: 'no answer', causes: [] } }
          : { ok: true, value: (is.pods ?? []) as never },
    },
    endpoint: { unavailable: 'no runtime' },
    node: 'web-1',
    settings: { inhibitors: { files: ['/etc/nodemend/no-reboot'], users: false } },
    control: {
      async control(request) {
        asked.push(request);
        return is.answer ?? { kind: 'done' };
      },
    },
    say: async ({ kind }) => {
      said.push(kind);
    },
  };
  const end = await rebootNow(parts);
  return { end, asked: asked.map(({ kind }) => kind), said };
}

describe('the reboot', () => {
  it('is on record before systemd is told', async () => {
    expect(await reboot()).toMatchObject({ end: { kind: 'rebooting' }, asked: ['reboot'], said: ['rebooting'] });
  });

  it('says what systemd would not do', async () => {
    const { end } = await reboot({ answer: { kind: 'failed', why: 'Access denied' } });

    expect(end).toEqual({ kind: 'failed', why: 'systemctl reboot: Access denied' });
  });

  it.each<[string, Situation, string]>([
    ['an uncordon', { unschedulable: false }, 'not cordoned any more'],
    ["a person's cordon", { owner: 'person: eve, 2026-01-01T00:00:00Z' }, 'cordoned by person: eve'],
    ["a stranger's cordon", { owner: undefined }, 'cordoned by somebody else'],
    ['a pod that is bound to it', { pods: [{ metadata: { uid: 'u', name: 'web', namespace: 'default' } }] }, 'default/web'],
    ['pods that nobody lists', { pods: 'unknown' }, 'no answer'],
    [
      "a process left in a pod's group",
      { host: { files: { '/proc/812/cgroup': `0::/kubepods/burstable/pod${UID}/x` } } },
      'process 812 (java) is of a pod that nobody knows',
    ],
    ['a place in the budget that is gone', { lease: 'none' }, 'does not claim a reboot'],
    ['a place for something else', { lease: lease({ claim: 'drain' }) }, 'does not claim a reboot'],
    ['a place that has expired', { lease: lease({ now: NOW - 700_000 }) }, 'has expired'],
    ['a place that nobody can read', { lease: 'unknown' }, 'could not be read'],
    [
      'a file',
      { host: { status: { '/etc/nodemend/no-reboot': {} }, files: { '/proc/812/cgroup': '0::/' } } },
      'no-reboot exists',
    ],
    ['an annotation', { annotations: { 'nodemend.io/no-reboot': 'true' } }, 'no-reboot=true'],
    [
      'a block of logind',
      {
        host: {
          commands: { [LOGIND]: 'a(ssssuu) 1 "shutdown" "rpm" "works" "block" 0 7' },
          files: { '/proc/812/cgroup': '0::/' },
        },
      },
      'rpm blocks',
    ],
    [
      'a logind that does not answer',
      { host: { commands: {}, files: { '/proc/812/cgroup': '0::/' } } },
      'locks of systemd-logind',
    ],
  ])('does not happen for %s alone', async (_what, situation, why) => {
    const { end, asked, said } = await reboot(situation);

    expect(end).toMatchObject({ kind: 'refused', why: expect.stringContaining(why) });
    expect(asked).toEqual([]);
    expect(said).toEqual([]);
  });

  it.each<[string, number[], string]>([
    ['looks again when a look took long', [5000, 10], 'rebooting'],
    ['gives up where every look takes long', [2000, 2000, 2000, 2000, 2000], 'refused'],
  ])('%s', async (_what, takes, kind) => {
    expect((await reboot({ takes })).end.kind).toBe(kind);
  });

  it('where no logind was ever there, nobody holds a lock', async () => {
    const stderr = 'Call failed: The name org.freedesktop.login1 was not provided by any .service files\n';
    const commands = { [LOGIND]: { kind: 'exited', code: 1, stdout: '', stderr, truncated: false } as const };

    expect((await reboot({ host: { commands, files: { '/proc/812/cgroup': '0::/' } } })).end.kind).toBe('rebooting');
  });
});

describe('lookInTheLastSecond', () => {
  it('stops at the first look that finds something', async () => {
    let looks = 0;
    const look = async () => {
      looks += 1;
      return ['no'];
    };

    expect(await lookInTheLastSecond({ monotonic: () => 0 }, look)).toEqual(['no']);
    expect(looks).toBe(1);
  });
});

describe('leaseHeld', () => {
  it("asks for this node's own, by a list", async () => {
    const paths: string[] = [];
    const host = fakeNode({
      api: (path) => {
        paths.push(path);
        return response({ kind: 'LeaseList', items: [lease({ node: 'web-2' }), lease()] });
      },
    });

    expect(await leaseHeld(host, 'web-1')).toBeUndefined();
    expect(paths).toEqual([expect.stringContaining('/leases?fieldSelector=metadata.name%3Dweb-1')]);
  });
});

describe('whose a pod is', () => {
  it.each([
    [
      'of a DaemonSet',
      { ownerReferences: [{ kind: 'DaemonSet', apiVersion: 'apps/v1', name: 'p', controller: true }] },
      'daemon-set',
      'u',
    ],
    [
      'of something that calls itself so',
      { ownerReferences: [{ kind: 'DaemonSet', apiVersion: 'x.io/v1', name: 'p', controller: true }] },
      'other',
      'u',
    ],
    [
      'of an owner that is no controller',
      { ownerReferences: [{ kind: 'DaemonSet', apiVersion: 'apps/v1', name: 'p' }] },
      'other',
      'u',
    ],
    ['a mirror, with the UID of what it mirrors', { annotations: { 'kubernetes.io/config.mirror': 'hash' } }, 'static', 'hash'],
    ['bare', {}, 'other', 'u'],
  ])('%s', (_what, metadata, kind, uid) => {
    expect(parsePod({ metadata: { uid: 'u', namespace: 'n', name: 'p', ...metadata } })).toMatchObject({
      kind,
      uid,
      name: 'n/p',
    });
  });

  it('by the sandboxes of CRI', () => {
    const sandbox = (id: string, uid: string, source: string) => ({
      id,
      metadata: { uid, namespace: 'n', name: uid },
      annotations: { 'kubernetes.io/config.source': source },
    });
    const { sandboxes, containers } = fromCri(
      { items: [sandbox('s1', 'a', 'api'), sandbox('s2', 'b', 'file'), {}] },
      {
        containers: [
          { id: 'c1', podSandboxId: 's1' },
          { id: 'c2', podSandboxId: 'gone' },
        ],
      },
    );

    expect(sandboxes.map(({ uid, kind }) => [uid, kind])).toEqual([
      ['a', 'other'],
      ['b', 'static'],
      ['', 'other'],
    ]);
    expect(containers).toContainEqual({ id: 'c1', pod: 'a' });
    expect(containers).toContainEqual({ id: 'c2', pod: 'without a sandbox' });
  });

  it('by the labels of docker', () => {
    const pod = (source: string) => ({ 'io.kubernetes.pod.uid': source, 'annotation.kubernetes.io/config.source': source });
    const listed = fromDocker(
      JSON.stringify([
        { Id: 's', Labels: { ...pod('http'), 'io.kubernetes.docker.type': 'podsandbox' } },
        { Id: 'c', Labels: pod('api') },
        { Id: 'by-hand', Labels: {} },
      ]),
    );

    expect(listed?.sandboxes).toMatchObject([{ uid: 'http', kind: 'static' }]);
    expect(listed?.containers).toEqual([
      { id: 's', pod: 'http' },
      { id: 'c', pod: 'api' },
      { id: 'by-hand', pod: '' },
    ]);
  });

  it.each(['', '{}', 'null', '<html>'])('docker: %j is no list', (text) => expect(fromDocker(text)).toBeUndefined());
});

describe('parseNodeFacts', () => {
  it('is none of a Status', () => expect(parseNodeFacts({ kind: 'Status' })).toBeUndefined());

  it('takes what is not there for not well', () => {
    expect(parseNodeFacts({})).toMatchObject({ ready: false, unschedulable: false, bootId: '' });
  });
});
