import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adviceOf } from '../../lib/failover/advice.ts';
import { outlookOf } from '../../lib/failover/report.ts';
import type { ControllerKind, FailoverPod, Fencing } from '../../lib/model/failover.ts';
import { both, pod, timing, tolerate, twoNodes, volume } from './pods.ts';

const outlook = (pods: readonly FailoverPod[], version = 'v1.20.2') =>
  outlookOf({ node: 'a', timing: timing(version), nodes: twoNodes, pods });

const only = (one: FailoverPod, version?: string) => {
  const [first] = outlook([one], version).pods;
  if (first === undefined) throw new Error('no pod');
  return first;
};

const owned = (kind: ControllerKind) => ({ kind, name: kind === 'bare' || kind === 'static' ? '' : `${kind}/x` });

describe('what becomes of a pod', () => {
  it.each<[string, Partial<FailoverPod>, string, string]>([
    ['a Deployment’s', {}, 'at', 'at'],
    ['a StatefulSet’s', { controller: owned('StatefulSet') }, 'at', 'waits'],
    [
      'a DaemonSet’s',
      { controller: owned('DaemonSet'), tolerations: [tolerate('node.kubernetes.io/unreachable')] },
      'never',
      'never',
    ],
    ['a Job’s', { controller: owned('Job') }, 'at', 'at'],
    ['a bare one', { controller: owned('bare') }, 'at', 'never'],
    ['a static one', { controller: owned('static'), tolerations: [] }, 'never', 'never'],
    ['a stranger’s', { controller: owned('other') }, 'at', 'waits'],
    ['one that tolerates for ever', { tolerations: [tolerate('')] }, 'never', 'never'],
    ['one that goes already', { terminating: true }, 'already', 'never'],
    ['one bound to this node', { pinned: true }, 'at', 'pending'],
    ['one with a local volume', { volumes: [volume('node-bound')] }, 'at', 'pending'],
    ['one with a volume for one pod alone', { volumes: [volume('one-pod')] }, 'at', 'pending'],
  ])('%s', (_, more, deletion, replacement) => {
    const { fate } = only(pod(more));

    expect([fate.deletion.kind, fate.replacement.kind]).toEqual([deletion, replacement]);
  });

  it('is deleted its toleration after the taint, and the new one is made at once', () => {
    const { fate } = only(pod({ tolerations: both(30) }));

    expect(fate.deletion).toEqual({ kind: 'at', span: { earliest: 75_000, latest: 80_100 } });
    expect(fate.replacement).toEqual({ kind: 'at', span: { earliest: 75_000, latest: 81_100 } });
  });

  it.each([
    ['v1.20.2', undefined, 1, [75, 81.1]],
    ['v1.27.1', undefined, 1, [85, 92.1]],
    ['v1.36.2', undefined, 1, [80, 86.1]],
    // The node is Unknown after 50 to 55 s, told in whole seconds; five failures before make it wait 320 s.
    ['v1.36.2', { soFar: 5, limit: 6 }, 1, [369, 376]],
    ['v1.36.2', { soFar: 4, limit: 6 }, 2, [209, 376]],
    ['v1.36.2', { soFar: 40, limit: 99 }, 1, [649, 656]],
  ] as const)('of a Job in %s with failures %o, %i on the node, is replaced after its backoff', (version, failures, count, expected) => {
    const controller = { ...owned('Job'), ...(failures === undefined ? {} : { failures }) };
    const all = Array.from({ length: count }, (_, index) => pod({ name: `job-${index}`, controller, tolerations: both(30) }));
    const { replacement } = outlook(all, version).pods[0]?.fate ?? {};

    expect(replacement?.kind).toBe('at');
    if (replacement?.kind === 'at') expect([replacement.span.earliest / 1000, replacement.span.latest / 1000]).toEqual(expected);
  });

  it('of a Job that replaces only what has ended waits, in versions that know the policy', () => {
    const waiting = pod({ controller: { ...owned('Job'), waitsForEnd: true } });

    expect(only(waiting, 'v1.36.2').fate.replacement.kind).toBe('waits');
    expect(only(waiting, 'v1.20.2').fate.replacement.kind).toBe('at');
  });

  it('of a Job that has failed too often is not replaced', () => {
    const controller = { ...owned('Job'), failures: { soFar: 6, limit: 6 } };

    expect(only(pod({ controller })).fate.replacement).toMatchObject({
      kind: 'never',
      why: expect.stringContaining('backoffLimit 6'),
    });
  });

  it('is nothing on the last node of a cluster', () => {
    const alone = outlookOf({ node: 'a', timing: timing(), nodes: twoNodes.slice(0, 1), pods: [pod()] });

    expect(alone.untouchedUntil).toBeUndefined();
    expect(alone.pods[0]?.fate.deletion).toMatchObject({ kind: 'never', why: expect.stringContaining('suspects itself') });
  });

  it('is not told to be nothing when the nodes could not be counted', () => {
    const unsure = outlookOf({ node: 'a', timing: timing(), nodes: 'forbidden', pods: [pod()] });

    expect(unsure.pods[0]?.fate.deletion.kind).toBe('at');
  });
});

describe('two writers', () => {
  it.each<[Fencing, string]>([
    ['none', 'two-writers'],
    ['per-node', 'split'],
    ['unknown', 'unknown'],
    ['attached', 'kept-apart'],
    ['one-pod', 'kept-apart'],
    ['node-bound', 'kept-apart'],
  ])('a Deployment’s pod with a volume fenced by %s: %s', (fencing, risk) => {
    expect(only(pod({ volumes: [volume(fencing)] })).writers.risk).toBe(risk);
  });

  it('begin when the second pod is made, and not before', () => {
    const { fate, writers } = only(pod({ volumes: [volume('none')] }));

    expect(fate.replacement.kind === 'at' && writers.from).toEqual(fate.replacement.kind === 'at' && fate.replacement.span);
  });

  it('never are those of a StatefulSet, a bare pod or one that stays', () => {
    const volumes = [volume('none')];
    const risks = [
      only(pod({ volumes, controller: owned('StatefulSet') })),
      only(pod({ volumes, controller: owned('bare') })),
      only(pod({ volumes, tolerations: [tolerate('')] })),
    ].map(({ writers }) => writers.risk);

    expect(risks).toEqual(['kept-apart', 'kept-apart', 'kept-apart']);
  });

  it.each<[readonly Fencing[], string]>([
    [['per-node', 'none'], 'two-writers'],
    [['per-node', 'unknown'], 'unknown'],
    [['none', 'attached'], 'kept-apart'],
    [['none', 'one-pod'], 'kept-apart'],
  ])('of volumes %j: %s, as a pod starts with all of its volumes or not at all', (fences, risk) => {
    expect(only(pod({ volumes: fences.map(volume) })).writers.risk).toBe(risk);
  });
});

const KINDS: readonly ControllerKind[] = [
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'static',
  'bare',
  'other',
];
const FENCES: readonly Fencing[] = ['attached', 'one-pod', 'node-bound', 'none', 'per-node', 'unknown'];

const anyPod = fc.record({
  controller: fc.constantFrom(...KINDS).map(owned),
  tolerations: fc.oneof(fc.constant([]), fc.integer({ min: 0, max: 9999 }).map(both), fc.constant([tolerate('')])),
  volumes: fc.array(fc.constantFrom(...FENCES).map(volume), { maxLength: 4 }),
  pinned: fc.boolean(),
  terminating: fc.boolean(),
});

describe('the timeline', () => {
  it('is in order, has no replacement before its deletion, and no second writer before the replacement', () => {
    fc.assert(
      fc.property(fc.array(anyPod, { maxLength: 12 }), fc.constantFrom('v1.20.2', 'v1.33.0', 'v1.36.2'), (drawn, version) => {
        const { timeline, pods, untouchedUntil } = outlook(
          drawn.map((more, index) => pod({ ...more, name: `p-${index}` })),
          version,
        );
        const starts = timeline.map(({ span }) => span.earliest);

        expect(starts).toEqual(starts.toSorted((a, b) => a - b));
        for (const { span } of timeline) expect(span.latest).toBeGreaterThanOrEqual(span.earliest);
        for (const { fate, writers } of pods) {
          if (fate.deletion.kind !== 'at') {
            expect(fate.replacement.kind).toBe('never');
            continue;
          }
          expect(fate.deletion.span.earliest).toBeGreaterThanOrEqual(untouchedUntil ?? Number.NaN);
          if (!('span' in fate.replacement)) continue;
          expect(fate.replacement.span.earliest).toBeGreaterThanOrEqual(fate.deletion.span.earliest);
          if (writers.from !== null) expect(writers.from.earliest).toBeGreaterThanOrEqual(fate.replacement.span.earliest);
        }
      }),
    );
  });

  it('begins with the last heartbeat and names each pod that goes once', () => {
    const { timeline } = outlook([pod(), pod({ name: 'web-2' }), pod({ name: 'db-0', tolerations: both(10) })]);

    expect(timeline[0]).toMatchObject({ stage: 'last-heartbeat', span: { earliest: 0, latest: 0 } });
    const deleted = timeline.filter(({ stage }) => stage === 'pods-deleted');
    expect(deleted.map(({ pods }) => pods)).toEqual([['shop/db-0'], ['shop/web-1', 'shop/web-2']]);
  });
});

describe('adviceOf', () => {
  it('makes stateless pods faster that nobody chose for, once for each owner', () => {
    const found = outlook([pod(), pod({ name: 'web-2' })]);
    const [advice] = adviceOf('a', found, timing());

    expect(advice?.commands).toHaveLength(1);
    expect(advice?.commands[0]).toContain('kubectl -n shop patch deployment/web --type=merge');
    expect(advice?.commands[0]).toContain('"tolerationSeconds":30');
  });

  it('leaves those alone that somebody chose for', () => {
    expect(adviceOf('a', outlook([pod({ tolerations: both(60) })]), timing())).toEqual([]);
  });

  it('makes writers slower, and names the fence of the version', () => {
    const one = pod({ volumes: [volume('none')] });
    const old = adviceOf('a', outlook([one]), timing()).flatMap(({ commands }) => commands);
    const young = adviceOf('a', outlook([one], 'v1.36.2'), timing('v1.36.2')).flatMap(({ commands }) => commands);

    expect(old.join('\n')).toContain('"tolerationSeconds":86400');
    expect(old.join('\n')).toContain('kubectl delete node a');
    expect(young.join('\n')).toContain('node.kubernetes.io/out-of-service=nodeshutdown:NoExecute');
  });

  it('is a command line that a shell takes as one word, whatever a toleration’s value holds', () => {
    const hostile = pod({ tolerations: [{ key: "k'; reboot #", operator: 'Equal', value: "'", effect: '' }, ...both(300)] });
    const [advice] = adviceOf('a', outlook([hostile]), timing());

    expect(advice?.commands[0]?.replaceAll("'\\''", '').match(/'/g)).toHaveLength(2);
  });
});
