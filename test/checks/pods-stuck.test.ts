import { describe, expect, it } from 'vitest';
import { podsStuck } from '../../lib/checks/pods-stuck.ts';
import type { ApiAnswer } from '../../lib/host/host.ts';
import { essenceOf, troubleOf } from '../../lib/sources/cluster/pod-trouble.ts';
import { answer, at, denied, identity, PATHS, pods, SERVER_NOW } from '../fakes/cluster.ts';
import { judge } from '../fakes/judge.ts';
import { fakeNode } from '../fakes/node.ts';

interface PodParts {
  readonly name?: string;
  readonly age?: number;
  /** Seconds since the end of its grace. */
  readonly deleted?: number;
  readonly metadata?: object;
  readonly phase?: string;
  readonly state?: object;
  readonly init?: object;
  readonly owner?: string;
}

const waiting = (reason: string, message = '') => ({ waiting: { reason, message } });

function pod({
  name = 'web-1',
  age = 600,
  deleted,
  metadata = {},
  phase = 'Pending',
  state,
  init,
  owner = 'web',
}: PodParts): object {
  return {
    metadata: {
      namespace: 'shop',
      name,
      uid: `uid-${name}`,
      creationTimestamp: at(-age - 5),
      ownerReferences: [{ kind: 'ReplicaSet', name: owner, controller: true }],
      ...(deleted === undefined ? {} : { deletionTimestamp: at(-deleted), deletionGracePeriodSeconds: 30 }),
      ...metadata,
    },
    spec: {
      containers: [{ name: 'main', image: 'registry.example/app:1' }],
      ...(init === undefined ? {} : { initContainers: [{ name: 'prepare', image: 'init:1' }] }),
    },
    status: {
      phase,
      conditions: [{ type: 'PodScheduled', status: 'True', lastTransitionTime: at(-age) }],
      ...(state === undefined ? {} : { containerStatuses: [{ name: 'main', restartCount: 0, state }] }),
      ...(init === undefined ? {} : { initContainerStatuses: [{ name: 'prepare', ...init }] }),
    },
  };
}

const running = { running: { startedAt: at(-5000) } };
const ended = { terminated: { exitCode: 0, reason: 'Completed' } };

interface Around {
  readonly events?: ApiAnswer;
  readonly journal?: readonly string[];
  /** Percent of the last minute that tasks waited for a CPU. */
  readonly stall?: string;
}

function host(list: ApiAnswer, { events = denied, journal = [], stall }: Around = {}) {
  const lines = journal
    .map((MESSAGE) => JSON.stringify({ MESSAGE, _PID: '7', __REALTIME_TIMESTAMP: `${SERVER_NOW}000` }))
    .join('\n');
  return fakeNode({
    now: SERVER_NOW,
    identity,
    api: (path) => (path === PATHS.pods ? list : events),
    files: {
      ...(stall === undefined
        ? {}
        : Object.fromEntries(
            ['cpu', 'memory', 'io'].map((what) => [
              `/proc/pressure/${what}`,
              `some avg10=1.00 avg60=${stall} avg300=1.00 total=1\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n`,
            ]),
          )),
      '/proc/7/cmdline': 'kubelet\0',
      '/proc/7/cgroup': '0::/system.slice/kubelet.service\n',
      '/proc/uptime': '1000.0 1\n',
      '/proc/net/tcp': '  0: 0100007F:280A 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1\n',
    },
    processes: [{ pid: 1 }, { pid: 7, name: 'kubelet' }],
    commands: {
      'journalctl --no-pager --quiet -u kubelet.service -n 3000 --since=-900s -o json --output-fields=MESSAGE,_PID': `${lines}\n`,
    },
  });
}
const stuck = (parts: PodParts, around?: Around) => judge(podsStuck, host(pods(pod(parts)), around));

describe('pods-stuck', () => {
  it('passes with the number of pods', async () => {
    const list = pods(pod({ phase: 'Running', state: running }), pod({ name: 'b', age: 60 }));

    expect(await judge(podsStuck, host(list))).toMatchObject([
      { verdict: 'pass', message: '2 pods on this node, none of them stuck' },
    ]);
  });

  it.each<[string, object, string, string, string]>([
    [
      'image',
      waiting('ImagePullBackOff', 'Back-off pulling image'),
      'ImageNotPulled',
      'notice',
      'image registry.example/app:1: ImagePullBackOff (Back-off pulling image)',
    ],
    ['image that must be there', waiting('ErrImageNeverPull'), 'ImageNotPulled', 'notice', 'ErrImageNeverPull'],
    [
      'missing ConfigMap',
      waiting('CreateContainerConfigError', 'configmap "nope" not found'),
      'ObjectMissing',
      'notice',
      'configmap "nope" not found',
    ],
    [
      'runtime',
      waiting('CreateContainerError', 'context deadline exceeded'),
      'ContainerNotCreated',
      'warning',
      'context deadline exceeded',
    ],
    ['nothing it knows', waiting('ContainerCreating'), 'NotCreated', 'warning', 'nothing says why'],
  ])('names the cause of a pod without a container: %s', async (_case, state, reason, severity, text) => {
    expect(await stuck({ state })).toMatchObject([
      { type: 'PodStuck', subject: 'shop/web-1', reason, severity, state: 'active', message: expect.stringContaining(text) },
    ]);
  });

  it.each<[string, string, string]>([
    [
      'volume',
      'E1121 nestedpendingoperations.go:301] Operation for "{volumeName:kubernetes.io/nfs/uid-web-1-data podName:uid-web-1}" failed. Error: "MountVolume.SetUp failed for volume \\"data\\" (UniqueName: …) pod \\"web-1\\" (UID: \\"uid-web-1\\") : mount failed: exit status 32"',
      'VolumeNotReady',
    ],
    [
      'missing Secret',
      'E1121 nestedpendingoperations.go:301] … "MountVolume.SetUp failed for volume \\"certs\\" pod \\"web-1\\" (UID: \\"uid-web-1\\") : secret \\"certs\\" not found"',
      'ObjectMissing',
    ],
    [
      'sandbox',
      'E1121 pod_workers.go:191] Error syncing pod uid-web-1 ("web-1_shop(uid-web-1)"), skipping: failed to "CreatePodSandbox" for "web-1_shop(uid-web-1)" with CreatePodSandboxError: "… cni plugin not initialized"',
      'SandboxNotCreated',
    ],
    [
      'sandbox (v1.36)',
      'E1121 pod_workers.go:1324] "Error syncing pod, skipping" err="failed to \\"CreatePodSandbox\\" for …" pod="shop/web-1" podUID="uid-web-1"',
      'SandboxNotCreated',
    ],
  ])('reads the kubelet’s log where events are denied: %s', async (_case, line, reason) => {
    const [finding] = await stuck(
      { state: waiting('ContainerCreating') },
      { journal: ['about another pod: MountVolume failed uid-x', line] },
    );

    expect(finding).toMatchObject({ reason, evidence: [{ from: 'the pod’s status and the kubelet’s log' }] });
  });

  it('believes the newest of its events, and no ordinary one', async () => {
    const event = (type: string, reason: string, message: string, lastTimestamp: string) => ({
      type,
      reason,
      message,
      lastTimestamp,
    });
    const events = answer({
      kind: 'EventList',
      items: [
        event('Warning', 'FailedMount', 'Unable to attach or mount volumes: timed out', at(-10)),
        event('Warning', 'FailedCreatePodSandBox', 'old trouble', at(-300)),
        event('Normal', 'Pulling', 'Pulling image', at(-1)),
      ],
    });

    expect(await stuck({ state: waiting('ContainerCreating') }, { events })).toMatchObject([
      { reason: 'VolumeNotReady', message: expect.stringContaining('FailedMount: Unable to attach') },
    ]);
  });

  it.each<[string, PodParts]>([
    ['is created within minutes', { age: 170, state: waiting('ContainerCreating') }],
    ['crashes after its start', { state: waiting('CrashLoopBackOff') }],
    ['runs its init container', { state: waiting('PodInitializing'), init: { state: running } }],
    [
      'crashes in its init container',
      { state: waiting('PodInitializing'), init: { restartCount: 4, state: waiting('CrashLoopBackOff') } },
    ],
    ['runs', { phase: 'Running', state: running }],
    ['has ended', { phase: 'Succeeded', state: ended }],
    ['ends within its grace', { deleted: -20, phase: 'Running', state: running }],
    ['ends soon after it', { deleted: 50, phase: 'Running', state: running }],
    [
      'is static, and its mirror is going',
      {
        deleted: 500,
        phase: 'Running',
        state: running,
        metadata: { deletionTimestamp: at(-500), annotations: { 'kubernetes.io/config.mirror': 'x' } },
      },
    ],
  ])('leaves alone a pod that %s', async (_case, parts) => {
    expect(await stuck(parts)).toMatchObject([{ verdict: 'pass' }]);
  });

  it('waits for the image of an init container too', async () => {
    const parts = { state: waiting('PodInitializing'), init: { state: waiting('ImagePullBackOff') } };

    expect(await stuck(parts)).toMatchObject([{ reason: 'ImageNotPulled', message: expect.stringContaining('image init:1') }]);
  });

  it('is not sure yet of a pod that is late by little', async () => {
    expect(await stuck({ age: 200, state: waiting('ContainerCreating') })).toMatchObject([{ state: 'suspected' }]);
  });

  it.each<[string, PodParts, string, string]>([
    ['a container that still runs', { state: running }, 'TerminatingBeyondGrace', 'still running: main'],
    [
      'a finalizer',
      { state: ended, metadata: { finalizers: ['example.com/keep'] } },
      'FinalizerPending',
      'finalizer example.com/keep',
    ],
    [
      'nothing it knows',
      { state: ended },
      'TerminatingBeyondGrace',
      'its containers have ended, and the kubelet has not finished with it',
    ],
  ])('names the cause of a pod that does not end: %s', async (_case, parts, reason, text) => {
    const metadata = { deletionTimestamp: at(-400), deletionGracePeriodSeconds: 30, ...parts.metadata };
    const [finding] = await stuck({ phase: 'Running', ...parts, metadata });

    expect(finding).toMatchObject({ reason, message: `shop/web-1 is Terminating for 6m40s beyond its grace of 30s: ${text}` });
  });

  it.each([
    ['50.00', 170, 'pass'],
    ['50.00', 240, 'warn'],
    ['49.99', 170, 'warn'],
  ])('has patience on a node that is starved of CPU: %s %%, %d s', async (stall, deleted, verdict) => {
    const [finding] = await stuck({ phase: 'Running', state: ended, deleted }, { stall });

    expect(finding?.verdict).toBe(verdict);
  });

  it('has none with what is known to have failed', async () => {
    const journal = ['E1121 UnmountVolume.TearDown failed for volume "data" pod "web-1" (UID: "uid-web-1") : device is busy'];
    const [finding] = await stuck({ phase: 'Running', state: ended, deleted: 170 }, { journal, stall: '90.00' });

    expect(finding).toMatchObject({ reason: 'VolumeNotReady' });
  });

  it('takes no line for a cause that tells what went well', async () => {
    const journal = ['I1121 14:03:01.1 245 reconciler.go:319] Volume detached for volume "data" pod "web-1" (UID: "uid-web-1")'];
    const [finding] = await stuck({ phase: 'Running', state: ended, deleted: 400 }, { journal });

    expect(finding).toMatchObject({ reason: 'TerminatingBeyondGrace' });
  });

  it('names the volume that is not unmounted', async () => {
    const journal = ['E1121 UnmountVolume.TearDown failed for volume "data" pod "web-1" (UID: "uid-web-1") : device is busy'];
    const [finding] = await stuck({ phase: 'Running', state: ended, deleted: 400 }, { journal });

    expect(finding).toMatchObject({ reason: 'VolumeNotReady', message: expect.stringContaining('device is busy') });
  });

  it('takes images that several owners lack for the node’s trouble', async () => {
    const without = (name: string, owner: string) => pod({ name, owner, state: waiting('ImagePullBackOff') });

    expect(await judge(podsStuck, host(pods(without('a-1', 'a'), without('a-2', 'a'))))).toMatchObject([
      { severity: 'notice' },
      { severity: 'notice' },
    ]);
    expect(await judge(podsStuck, host(pods(without('a-1', 'a'), without('b-1', 'b'))))).toMatchObject([
      { severity: 'warning' },
      { severity: 'warning' },
    ]);
  });

  it('names twenty, and counts the rest', async () => {
    const many = Array.from({ length: 60 }, (_, index) =>
      pod({ name: `web-${index}`, age: 700 - index, state: waiting('ContainerCreating') }),
    );
    const findings = await judge(podsStuck, host(pods(...many)));

    expect(findings).toHaveLength(21);
    expect(findings[0]).toMatchObject({ subject: 'shop/web-0' });
    expect(findings[20]).toMatchObject({
      subject: 'others',
      message: expect.stringMatching(/^40 more pods are stuck, among them shop\/web-20, /),
    });
  });

  it('puts names into commands as one word', async () => {
    const [finding] = await stuck({ name: 'a; reboot', state: waiting('ImagePullBackOff') });

    expect(finding).toMatchObject({ advice: [{ command: "kubectl -n shop describe pod 'a; reboot'" }, {}] });
  });

  it('counts by the API server’s clock', async () => {
    const late = pods(pod({ state: waiting('ContainerCreating'), age: 600 }));
    const list = late.kind === 'response' ? { ...late, date: SERVER_NOW - 580_000 } : late;

    expect(await judge(podsStuck, host(list))).toMatchObject([{ verdict: 'pass' }]);
  });

  it.each<[string, ApiAnswer, string]>([
    ['is denied', denied, 'unknown'],
    ['fails', { kind: 'refused' }, 'unknown'],
    ['is none', answer([]), 'unknown'],
    ['is empty', pods(), 'pass'],
    ['holds nonsense', pods({}, { metadata: null, spec: 5, status: [] }, [] as unknown as object), 'pass'],
  ])('stays calm when the list %s', async (_case, list, verdict) => {
    expect(await judge(podsStuck, host(list))).toMatchObject([{ verdict }]);
  });
});

describe('essenceOf', () => {
  it.each([
    [
      'E1121 11:33:26.573485    1760 nestedpendingoperations.go:301] Operation for "{volumeName:kubernetes.io/host-path/u-data podName:u nodeName:}" failed. No retries permitted until 2026-11-21 11:33:34 +0000 UTC m=+21.4 (durationBeforeRetry 8s). Error: "MountVolume.SetUp failed for volume \\"data\\" (UniqueName: \\"kubernetes.io/host-path/u-data\\") pod \\"no-volume\\" (UID: \\"u\\") : hostPath type check failed: /nowhere is not a directory"',
      'MountVolume.SetUp failed for volume "data" (UniqueName: "kubernetes.io/host-path/u-data") pod "no-volume" (UID: "u") : hostPath type check failed: /nowhere is not a directory',
    ],
    [
      'E1121 11:33:19.162810    1760 pod_workers.go:191] Error syncing pod u ("a_b(u)"), skipping: failed to "StartContainer" for "main" with CreateContainerConfigError: "configmap \\"nope\\" not found"',
      'configmap "nope" not found',
    ],
    [
      'E1121 11:33:19.162810    1760 pod_workers.go:1324] "Error syncing pod, skipping" err="failed to \\"CreatePodSandbox\\" for \\"x\\"" pod="a/b" podUID="u"',
      'failed to "CreatePodSandbox" for "x"',
    ],
    ['E1121 11:33:19.162810    1760 remote_runtime.go:116] RunPodSandbox failed', 'RunPodSandbox failed'],
    ['FailedMount: timed out', 'FailedMount: timed out'],
  ])('of %s', (line, essence) => {
    expect(essenceOf(line)).toBe(essence);
  });
});

describe('troubleOf', () => {
  it.each([
    ['FailedMount: MountVolume.SetUp failed for volume "c" : object "shop"/"c" not registered', 'object'],
    ["Failed: Error: couldn't find key x in ConfigMap shop/c", 'object'],
    ['FailedMount: Unable to attach or mount volumes: unmounted volumes=[data]', 'volume'],
    ['FailedAttachVolume: Multi-Attach error for volume "pvc-1"', 'volume'],
    ['FailedCreatePodSandBox: Failed to create pod sandbox: rpc error', 'sandbox'],
    ['NetworkNotReady: network is not ready', 'sandbox'],
    ['Failed: Failed to pull image "x"', 'image'],
    ['Unhealthy: Readiness probe failed', 'probe'],
    ['FailedKillPod: error killing pod: failed to "KillContainer" for "main"', 'runtime'],
    ['Killing: Stopping container main', undefined],
    ['', undefined],
  ])('%s is about %s', (text, kind) => {
    expect(troubleOf(text)?.kind).toBe(kind);
  });
});
