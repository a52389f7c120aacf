import { describe, expect, it } from 'vitest';
import { renderEvent } from '../../agent/output/drain.ts';
import { budgetsOf, describeBudget, overlap, whyLater } from '../../lib/drain/budget.ts';
import { isTransient, judgeEviction, outcomeOf } from '../../lib/drain/failure.ts';
import { type DaemonSetFact, type FilterFlags, judgePod, refusalsOf, warningsOf } from '../../lib/drain/filters.ts';
import { goDuration } from '../../lib/drain/go-duration.ts';
import type { Budget, Node, Pod } from '../../lib/drain/objects.ts';
import { describeTermination } from '../../lib/drain/termination.ts';
import { formatOwner, parseOwner } from '../../lib/model/cordon.ts';

const NOW = Date.parse('2026-01-01T00:10:00Z');
const pod = (more: Partial<Pod['metadata']> = {}, rest: Partial<Pod> = {}): Pod => ({
  metadata: { name: 'p', namespace: 'ns', labels: { app: 'web' }, ...more },
  ...rest,
});
const ready = { conditions: [{ type: 'Ready', status: 'True' }] };
const budget = (status: Budget['status'], spec: Budget['spec'] = {}): Budget => ({
  metadata: { name: 'web', namespace: 'ns' },
  spec: { minAvailable: 2, selector: { matchLabels: { app: 'web' } }, ...spec },
  ...(status === undefined ? {} : { status }),
});

describe('goDuration', () => {
  it.each([
    [0, '0s'],
    [300, '300ms'],
    [5000, '5s'],
    [5500, '5.5s'],
    [90_000, '1m30s'],
    [60_000, '1m0s'],
    [3_600_000, '1h0m0s'],
  ])('%d → %s', (value, text) => {
    expect(goDuration(value)).toBe(text);
  });
});

describe('budgets', () => {
  it('are those that select the pod in its namespace; an empty selector means all in v1, none in v1beta1', () => {
    const everything = { ...budget({}), spec: { selector: {} } };
    const elsewhere = { ...budget({}), metadata: { name: 'x', namespace: 'other' } };
    const none: Budget = { metadata: { name: 'none', namespace: 'ns' }, spec: {} };

    const others = budget({}, { selector: { matchLabels: { app: 'db' } } });
    expect(budgetsOf(pod(), [budget({}), everything, elsewhere, none, others], 'v1')).toEqual([budget({}), everything]);
    expect(budgetsOf(pod(), [budget({}), everything, elsewhere, none, others], 'v1beta1')).toEqual([budget({})]);
  });

  it('are described with their numbers and what would help', () => {
    const full = { currentHealthy: 2, desiredHealthy: 2, disruptionsAllowed: 0, expectedPods: 3 };
    const numbers = 'PodDisruptionBudget web (minAvailable 2) needs 2 healthy pods and has 2 of 3, 0 may be disrupted';

    expect(describeBudget(budget(full), pod({}, { status: ready }))).toBe(numbers);
    const open = { ...full, expectedPods: 2, disruptionsAllowed: 1 };
    expect(describeBudget(budget(open), pod({}, { status: ready }))).toMatch(/, 1 may be disrupted$/);
    expect(describeBudget(budget({ ...full, expectedPods: 2 }), pod({}, { status: ready }))).toContain(
      'it never allows any disruption',
    );
    expect(describeBudget(budget(full), pod())).toContain('unhealthyPodEvictionPolicy: AlwaysAllow');
    expect(describeBudget(budget(full, { unhealthyPodEvictionPolicy: 'AlwaysAllow' }), pod())).toBe(numbers);
    expect(whyLater(pod(), [])).toContain('the API server itself is busy');
    expect(overlap([budget({}), budget({})])).toContain('(web, web)');
  });
});

describe('describeTermination', () => {
  const ending = (offset: number, more: Partial<Pod> = {}) =>
    pod({ deletionTimestamp: new Date(NOW + offset).toISOString(), deletionGracePeriodSeconds: 30 }, more);
  const running = {
    containerStatuses: [
      { name: 'app', state: { running: {} } },
      { name: 'log', state: { terminated: {} } },
    ],
  };
  const ended = { containerStatuses: [{ name: 'app', state: { terminated: {} } }] };
  const claim = { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] };

  it.each<[string, Pod, string]>([
    [
      'within its grace',
      ending(18_000, { status: running }),
      'terminating for 12s of its grace period of 30s; still running: app',
    ],
    ['beyond it', ending(-35_000), 'terminating, 35s beyond the end of its grace period of 30s'],
    [
      'unmounting',
      ending(-5_000, { status: ended, spec: claim }),
      'terminating, 5s beyond the end of its grace period of 30s; its containers have ended, to be unmounted: claim data',
    ],
    [
      'kept',
      pod({ deletionTimestamp: new Date(NOW).toISOString(), finalizers: ['a/b'] }),
      'terminating, 0ms beyond the end of its grace period of 0ms; kept by the finalizer a/b, which its owner has to remove',
    ],
    ['not begun', pod(), 'its eviction was granted'],
  ])('%s', (_, one, text) => {
    expect(describeTermination(one, undefined, NOW)).toBe(text);
  });

  it('says that the kubelet is dead', () => {
    const dead: Node = {
      metadata: { name: 'n' },
      status: { conditions: [{ type: 'Ready', status: 'Unknown', lastTransitionTime: 't' }] },
    };

    expect(describeTermination(ending(0), dead, NOW)).toContain('the kubelet of n has not been ready since t');
  });
});

describe('judgePod', () => {
  const flags = { force: true, ignoreDaemonSets: true, deleteEmptyDirData: true, skipWaitForDelete: 60 };
  const deleted = (ago: number) => pod({ deletionTimestamp: new Date(NOW - ago).toISOString() });

  it.each([
    [60_999, true],
    [61_000, false],
  ])('skips a pod deleted more than whole seconds ago: %d ms', (ago, moves) => {
    expect(judgePod(deleted(ago), flags, { now: NOW }).moves).toBe(moves);
  });

  const owned = (kind: string, apiVersion = 'apps/v1') =>
    pod({ ownerReferences: [{ kind, apiVersion, name: 'o', uid: 'u', controller: true }] });
  const off = { force: false, ignoreDaemonSets: false, deleteEmptyDirData: false, skipWaitForDelete: 0 };
  const exists = { kind: 'exists' } as const;
  const missing = { kind: 'missing', message: 'daemonsets.apps "o" not found' } as const;
  const unreadable = { kind: 'unreadable', message: 'forbidden' } as const;
  const assumed = { kind: 'assumed', message: 'taken for one' } as const;

  it.each<[string, Pod, Partial<FilterFlags>, DaemonSetFact | undefined, boolean, string, readonly string[]]>([
    ['of a ReplicaSet', owned('ReplicaSet'), {}, undefined, true, 'okay', []],
    [
      'of a DaemonSet',
      owned('DaemonSet'),
      {},
      exists,
      false,
      'error',
      ['DaemonSet-managed Pods (use --ignore-daemonsets to ignore)'],
    ],
    [
      'of one that is left',
      owned('DaemonSet'),
      { ignoreDaemonSets: true },
      exists,
      false,
      'warning',
      ['ignoring DaemonSet-managed Pods'],
    ],
    [
      'of one that is taken on trust',
      owned('DaemonSet'),
      { ignoreDaemonSets: true },
      assumed,
      false,
      'warning',
      ['taken for one'],
    ],
    ['of one that is gone', owned('DaemonSet'), { ignoreDaemonSets: true }, missing, false, 'error', [missing.message]],
    ['of one that is gone, by force', owned('DaemonSet'), { force: true }, missing, true, 'warning', [missing.message]],
    [
      'of one that nobody may read',
      owned('DaemonSet'),
      { force: true, ignoreDaemonSets: true },
      unreadable,
      false,
      'error',
      ['forbidden'],
    ],
    ['of a DaemonSet of somebody else', owned('DaemonSet', 'x.io/v1'), {}, exists, true, 'okay', []],
    ['of a DaemonSet, that has ended', { ...owned('DaemonSet'), status: { phase: 'Succeeded' } }, {}, exists, true, 'okay', []],
    ['static', pod({ annotations: { 'kubernetes.io/config.mirror': 'x' } }), {}, undefined, false, 'skip', []],
    ['of nobody', pod(), {}, undefined, false, 'error', ['Pods that declare no controller (use --force to override)']],
    ['of nobody, by force', pod(), { force: true }, undefined, true, 'warning', ['deleting Pods that declare no controller']],
    ['of nobody, that has ended', pod({}, { status: { phase: 'Failed' } }), {}, undefined, true, 'okay', []],
    [
      'with an emptyDir',
      {
        ...owned('ReplicaSet'),
        spec: {
          volumes: [{ name: 'c' }, { name: 'v', emptyDir: {} }],
        },
      },
      {},
      undefined,
      false,
      'error',
      ['Pods with local storage (use --delete-emptydir-data to override)'],
    ],
    ['with other volumes alone', { ...owned('ReplicaSet'), spec: { volumes: [{ name: 'c' }] } }, {}, undefined, true, 'okay', []],
    [
      'with an emptyDir, that has ended',
      { ...owned('ReplicaSet'), spec: { volumes: [{ name: 'v', emptyDir: {} }] }, status: { phase: 'Succeeded' } },
      {},
      undefined,
      true,
      'okay',
      [],
    ],
  ])('judges a pod %s', (_name, one, given, daemonSet, moves, kind, messages) => {
    const facts = { now: NOW, ...(daemonSet === undefined ? {} : { daemonSet }) };

    expect(judgePod(one, { ...off, ...given }, facts)).toMatchObject({ moves, kind, messages });
  });

  it('waits for a pod that is being deleted, however long, unless it is told not to', () => {
    const late = { ...deleted(900_000), metadata: { ...owned('ReplicaSet').metadata, ...deleted(900_000).metadata } };

    expect(judgePod(late, flags, { now: NOW })).toMatchObject({ moves: false, kind: 'skip', filter: 'deleted' });
    expect(judgePod(late, { ...flags, skipWaitForDelete: 0 }, { now: NOW }).moves).toBe(true);
    expect(judgePod(owned('ReplicaSet'), flags, { now: NOW }).moves).toBe(true);
  });

  it('keeps the warnings of every filter', () => {
    const one = pod({}, { spec: { volumes: [{ name: 'v', emptyDir: {} }] } });
    const judged = [{ pod: one, verdict: judgePod(one, flags, { now: NOW }) }];

    expect(warningsOf(judged)).toEqual([
      'deleting Pods with local storage: ns/p',
      'deleting Pods that declare no controller: ns/p',
    ]);
    expect(refusalsOf(judged)).toEqual([]);
  });
});

describe('failures', () => {
  const failure = (status: number, body: unknown, retryAfter?: number) => {
    const outcome = outcomeOf({ kind: 'response', status, body, took: 1, ...(retryAfter === undefined ? {} : { retryAfter }) });
    if (outcome.ok) throw new Error('it is none');
    return outcome.failure;
  };

  it.each([
    [404, {}, 'gone'],
    [409, { message: 'Precondition failed: UID in precondition: a, UID in object meta: b' }, 'gone'],
    [409, { message: 'the object has been modified' }, 'refused'],
    [429, {}, 'later'],
    [403, { details: { causes: [{ reason: 'NamespaceTerminating' }] } }, 'namespace-terminating'],
    [403, { details: { causes: 'nonsense' } }, 'refused'],
    [
      500,
      { message: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.' },
      'overlapping-budgets',
    ],
    [500, { message: 'etcdserver: leader changed' }, 'transient'],
    [500, { message: 'boom' }, 'refused'],
    [503, 'Service Unavailable', 'transient'],
    [400, undefined, 'refused'],
    [418, [null], 'refused'],
  ])('%d %j is %s', (status, body, judged) => {
    expect(judgeEviction(failure(status, body))).toBe(judged);
  });

  it('takes Retry-After from the header, else from the details', () => {
    expect(failure(429, { details: { retryAfterSeconds: 10 } }).retryAfter).toBe(10_000);
    expect(failure(429, { details: { retryAfterSeconds: 10 } }, 3000).retryAfter).toBe(3000);
  });

  it.each([
    [200, { metadata: {} }, true],
    [201, {}, true],
    [299, {}, true],
    [300, {}, false],
    [199, {}, false],
    [200, 'OK', false],
    [200, null, false],
  ])('takes %d %j for a success: %s', (status, body, ok) => {
    expect(outcomeOf({ kind: 'response', status, body, took: 1 })).toMatchObject(ok ? { ok, value: body } : { ok });
  });

  it('knows no answer from no credential', () => {
    const silent = outcomeOf({ kind: 'refused' });
    const unknown = outcomeOf({ kind: 'no-identity', reason: 'the plugin failed' });

    expect([silent, unknown].map((one) => !one.ok && isTransient(one.failure))).toEqual([true, false]);
  });
});

describe('cordon owner', () => {
  it('is read back as written, whatever the name is', () => {
    const owner = { kind: 'person', who: 'a, b\u001b[2J on h', at: NOW } as const;

    expect(parseOwner(formatOwner(owner))).toEqual({ ...owner, who: 'a, b\\x1b[2J on h' });
  });

  it.each([
    undefined,
    '',
    'x',
    'person: , now',
    'robot: r, 2026-01-01T00:00:00Z',
    'person: a, 2026-99-01T00:00:00Z',
  ])('is none: %s', (text) => {
    expect(parseOwner(text)).toBeUndefined();
  });
});

describe('renderEvent', () => {
  const put = { event: 'put-off', node: 'n', pod: 'ns/p', message: 'no', retryIn: 5000, terminatingNamespace: false } as const;

  it('says what kubectl says, where kubectl says it', () => {
    expect(renderEvent({ event: 'cordoned', node: 'n', already: true }, 'none').out).toBe('node/n already cordoned\n');
    expect(renderEvent({ event: 'evicting', node: 'n', pod: 'ns/p', way: 'eviction' }, 'server').out).toBe(
      'evicting pod ns/p (server dry run)\n',
    );
    expect(renderEvent({ ...put, attempt: 1 }, 'none').err).toBe(
      'error when evicting pods/"p" -n "ns" (will retry after 5s): no\n',
    );
    expect(renderEvent({ event: 'left', node: 'n', pod: 'ns/p', way: 'deletion' }, 'none').out).toBe('pod/p deleted\n');
  });

  it('does not repeat a refusal every few seconds, and lets no message drive the terminal', () => {
    const said = Array.from({ length: 24 }, (_, at) => renderEvent({ ...put, attempt: at + 1 }, 'none').err).filter(
      (err) => err !== undefined,
    );

    expect(said).toHaveLength(3);
    expect(renderEvent({ event: 'warning', node: 'n', message: '\u001b[31m' }, 'none').err).toBe('Warning: \\x1b[31m\n');
  });
});
