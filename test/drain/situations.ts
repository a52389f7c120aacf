import { type PodIs, type Situation, status, type Trouble } from './situation.ts';

const a: PodIs = { name: 'a' };
const b: PodIs = { name: 'b' };
const bare: PodIs = { name: 'bare', owner: 'nobody' };
const daemon: PodIs = { name: 'daemon', owner: 'DaemonSet' };
const orphan: PodIs = { name: 'orphan', owner: 'DaemonSet that is gone' };
const mirror: PodIs = { name: 'mirror', owner: 'nobody', mirror: true };
const scratch: PodIs = { name: 'scratch', volume: 'emptyDir' };
const web = (name: string, more: Partial<PodIs> = {}): PodIs => ({ name, labels: { app: 'web' }, ...more });
const away = (name: string, more: Partial<PodIs> = {}): PodIs => web(name, { on: 'elsewhere', ...more });
const webBudget = { name: 'web', selector: { app: 'web' } };
const once = { times: 1 } as const;
const answer = (code: number, reason: string, message: string, details?: unknown): Exclude<Trouble['answer'], string> => ({
  status: code,
  body: status(code, reason, message, details),
});

const IGNORE = '--ignore-daemonsets';
const EMPTYDIR = '--delete-emptydir-data';
const FORCE = '--force';
const soon = '--timeout=6s';
const BLOCKED = answer(403, 'Forbidden', 'admission webhook "deny.example.com" denied the request: not now');

const forty = Array.from({ length: 40 }, (_, at) => web(`w${String(at).padStart(2, '0')}`, { kubelet: 'slow' }));

const filters: readonly Situation[] = [
  { name: 'nothing on the node', fails: false, gone: [] },
  { name: 'a pod of a ReplicaSet', pods: [a], fails: false, gone: ['a'] },
  {
    name: 'pods of every other controller',
    pods: [
      { name: 'sts', owner: 'StatefulSet' },
      { name: 'job', owner: 'Job' },
      { name: 'rc', owner: 'ReplicationController' },
      { name: 'widget', owner: 'Widget' },
    ],
    fails: false,
    gone: ['job', 'rc', 'sts', 'widget'],
  },
  { name: 'a bare pod', pods: [bare], fails: true, gone: [] },
  { name: 'a bare pod beside others', pods: [bare, a], fails: true, gone: [] },
  { name: 'a bare pod, forced', pods: [bare], flags: [FORCE], fails: false, gone: ['bare'] },
  { name: 'a bare pod that is Pending', pods: [{ ...bare, phase: 'Pending' }], fails: true, gone: [] },
  { name: 'a bare pod that succeeded', pods: [{ ...bare, phase: 'Succeeded' }], fails: false, gone: ['bare'] },
  { name: 'a bare pod that failed', pods: [{ ...bare, phase: 'Failed' }], fails: false, gone: ['bare'] },
  { name: 'a bare pod, and leave to lose emptyDirs', pods: [bare], flags: [EMPTYDIR, IGNORE], fails: true, gone: [] },
  { name: 'a DaemonSet pod', pods: [daemon], fails: true, gone: [] },
  { name: 'a DaemonSet pod beside others', pods: [daemon, a], fails: true, gone: [] },
  { name: 'a DaemonSet pod, ignored', pods: [daemon], flags: [IGNORE], fails: false, gone: [] },
  { name: 'a DaemonSet pod, ignored, beside others', pods: [daemon, a], flags: [IGNORE], fails: false, gone: ['a'] },
  { name: 'a DaemonSet pod, forced but not ignored', pods: [daemon], flags: [FORCE], fails: true, gone: [] },
  { name: 'a DaemonSet pod, ignored and forced', pods: [daemon, bare], flags: [IGNORE, FORCE], fails: false, gone: ['bare'] },
  { name: 'a DaemonSet pod that failed', pods: [{ ...daemon, phase: 'Failed' }], fails: false, gone: ['daemon'] },
  {
    name: 'a DaemonSet pod with an emptyDir, ignored',
    pods: [{ ...daemon, volume: 'emptyDir' }],
    flags: [IGNORE],
    fails: false,
    gone: [],
  },
  { name: 'an orphan of a DaemonSet', pods: [orphan], fails: true, gone: [] },
  { name: 'an orphan of a DaemonSet, ignored', pods: [orphan], flags: [IGNORE], fails: true, gone: [] },
  { name: 'an orphan of a DaemonSet, forced', pods: [orphan], flags: [FORCE], fails: false, gone: ['orphan'] },
  {
    name: 'an orphan of a DaemonSet, forced and ignored',
    pods: [orphan, daemon],
    flags: [FORCE, IGNORE],
    fails: false,
    gone: ['orphan'],
  },
  {
    name: 'an orphan with an emptyDir, forced',
    pods: [{ ...orphan, volume: 'emptyDir' }],
    flags: [FORCE],
    fails: true,
    gone: [],
  },
  { name: 'an orphan that succeeded', pods: [{ ...orphan, phase: 'Succeeded' }], fails: false, gone: ['orphan'] },
  {
    name: 'a DaemonSet of another API group',
    pods: [{ name: 'old', owner: 'DaemonSet of extensions/v1beta1' }],
    fails: false,
    gone: ['old'],
    kubectl: { fails: true, gone: [], because: 'it takes every kind DaemonSet for one of apps/v1', until: 34 },
  },
  {
    name: 'a DaemonSet that owns and does not control',
    pods: [{ name: 'owned', owner: 'DaemonSet, not as controller' }],
    fails: true,
    gone: [],
  },
  { name: 'a mirror pod', pods: [mirror], fails: false, gone: [] },
  { name: 'a mirror pod with an emptyDir', pods: [{ ...mirror, volume: 'emptyDir' }], fails: false, gone: [] },
  { name: 'a mirror pod beside others', pods: [mirror, a], fails: false, gone: ['a'] },
  { name: 'an emptyDir', pods: [scratch], fails: true, gone: [] },
  { name: 'an emptyDir beside others', pods: [scratch, a], fails: true, gone: [] },
  { name: 'an emptyDir in memory', pods: [{ ...scratch, volume: 'emptyDir in memory' }], fails: true, gone: [] },
  { name: 'an emptyDir, given up', pods: [scratch], flags: [EMPTYDIR], fails: false, gone: ['scratch'] },
  { name: 'an emptyDir, forced but not given up', pods: [scratch], flags: [FORCE], fails: true, gone: [] },
  { name: 'an emptyDir of a pod that succeeded', pods: [{ ...scratch, phase: 'Succeeded' }], fails: false, gone: ['scratch'] },
  {
    name: 'an emptyDir of a bare pod, given up',
    pods: [{ ...bare, volume: 'emptyDir' }],
    flags: [EMPTYDIR],
    fails: true,
    gone: [],
  },
  { name: 'an emptyDir of a bare pod, forced', pods: [{ ...bare, volume: 'emptyDir' }], flags: [FORCE], fails: true, gone: [] },
  {
    name: 'an emptyDir of a bare pod, both',
    pods: [{ ...bare, volume: 'emptyDir' }],
    flags: [FORCE, EMPTYDIR],
    fails: false,
    gone: ['bare'],
  },
  { name: 'a hostPath', pods: [{ ...a, volume: 'hostPath' }], fails: false, gone: ['a'] },
  {
    name: 'one of each kind, all flags',
    pods: [a, bare, daemon, orphan, mirror, scratch, { name: 'done', owner: 'nobody', phase: 'Succeeded' }],
    flags: [IGNORE, EMPTYDIR, FORCE],
    fails: false,
    gone: ['a', 'bare', 'done', 'orphan', 'scratch'],
  },
];

const selection: readonly Situation[] = [
  { name: 'a pod selector', pods: [web('w'), a], flags: ['--pod-selector=app=web'], fails: false, gone: ['w'] },
  {
    name: 'a pod selector past what would refuse',
    pods: [web('w'), bare, scratch],
    flags: ['--pod-selector=app'],
    fails: false,
    gone: ['w'],
  },
  { name: 'a pod selector of a set', pods: [web('w'), a], flags: ['--pod-selector=app notin (web)'], fails: false, gone: ['a'] },
  { name: 'a pod selector that matches none', pods: [a], flags: ['--pod-selector=app=nobody'], fails: false, gone: [] },
  { name: 'a pod selector that is none', pods: [a], flags: ['--pod-selector=app==='], fails: true, gone: [], staysOpen: true },
  { name: 'nodes by label', pods: [a], nodes: 'by label', fails: false, gone: ['a'] },
  { name: 'nodes by a label that none has', pods: [a], nodes: 'by a label nobody has', fails: false, gone: [], staysOpen: true },
  { name: 'two nodes', pods: [a, { ...b, on: 'second' }], nodes: ['node', 'second'], fails: false, gone: ['a', 'b'] },
  {
    name: 'two nodes, the first refused',
    pods: [bare, { ...b, on: 'second' }],
    nodes: ['node', 'second'],
    fails: true,
    gone: ['b'],
  },
  { name: 'a node that does not exist', pods: [a], nodes: ['missing'], fails: true, gone: [], staysOpen: true },
  {
    name: 'a node that does not exist beside one that does',
    pods: [a],
    nodes: ['node', 'missing'],
    fails: true,
    gone: [],
    staysOpen: true,
  },
  { name: 'a node that is cordoned', pods: [a], cordoned: true, fails: false, gone: ['a'] },
  { name: 'pages of one pod', pods: [a, b, { name: 'c' }], flags: ['--chunk-size=1'], fails: false, gone: ['a', 'b', 'c'] },
  { name: 'pods of other nodes', pods: [a, { ...b, on: 'elsewhere' }], fails: false, gone: ['a'] },
  { name: 'a client dry run', pods: [a], flags: ['--dry-run=client'], fails: false, gone: [], staysOpen: true },
  { name: 'a client dry run that is refused', pods: [bare], flags: ['--dry-run=client'], fails: true, gone: [], staysOpen: true },
  { name: 'a server dry run', pods: [a], flags: ['--dry-run=server'], fails: false, gone: [], staysOpen: true },
  { name: 'no grace', pods: [a], flags: ['--grace-period=0'], fails: false, gone: ['a'] },
  { name: 'a negative grace period, in two words', pods: [a], flags: ['--grace-period', '-1'], fails: false, gone: ['a'] },
];

const budgets: readonly Situation[] = [
  {
    name: 'a budget that allows it',
    pods: [web('w'), away('x')],
    budgets: [{ ...webBudget, minAvailable: 1 }],
    fails: false,
    gone: ['w'],
  },
  {
    name: 'a budget that does not',
    pods: [web('w')],
    budgets: [{ ...webBudget, minAvailable: 1 }],
    flags: [soon],
    fails: true,
    gone: [],
  },
  {
    name: 'a budget that holds one of two',
    pods: [web('w'), a],
    budgets: [{ ...webBudget, minAvailable: 1 }],
    flags: [soon],
    fails: true,
    gone: ['a'],
  },
  {
    name: 'a budget of maxUnavailable 0',
    pods: [web('w'), away('x')],
    budgets: [{ ...webBudget, maxUnavailable: 0 }],
    flags: [soon],
    fails: true,
    gone: [],
  },
  {
    name: 'a budget of 100%',
    pods: [web('w'), away('x')],
    budgets: [{ ...webBudget, minAvailable: '100%' }],
    flags: [soon],
    fails: true,
    gone: [],
  },
  {
    name: 'a budget that opens',
    pods: [web('w')],
    budgets: [{ ...webBudget, minAvailable: 1 }],
    opens: { labels: { app: 'web' } },
    fails: false,
    gone: ['w'],
  },
  {
    name: 'a budget and a pod that succeeded',
    pods: [web('w', { phase: 'Succeeded' })],
    budgets: [{ ...webBudget, minAvailable: 1 }],
    fails: false,
    gone: ['w'],
  },
  {
    name: 'a budget and a pod that is Pending',
    pods: [web('w', { phase: 'Pending' })],
    budgets: [{ ...webBudget, minAvailable: 1 }],
    fails: false,
    gone: ['w'],
  },
  {
    name: 'a budget and a pod that is not ready',
    pods: [web('w', { ready: false }), away('x', { ready: false })],
    budgets: [{ ...webBudget, minAvailable: 1 }],
    flags: [soon],
    fails: true,
    gone: [],
  },
  {
    name: 'two budgets for one pod',
    pods: [web('w'), away('x')],
    budgets: [
      { ...webBudget, minAvailable: 0 },
      { name: 'also', selector: { app: 'web' }, minAvailable: 0 },
    ],
    fails: true,
    gone: [],
  },
  {
    name: 'two budgets for one of two pods',
    pods: [web('w'), a],
    budgets: [
      { ...webBudget, minAvailable: 0 },
      { name: 'also', selector: { app: 'web' }, minAvailable: 0 },
    ],
    fails: true,
    gone: ['a'],
  },
  {
    name: 'two budgets and deletion',
    pods: [web('w')],
    budgets: [
      { ...webBudget, minAvailable: 1 },
      { name: 'also', selector: { app: 'web' }, minAvailable: 1 },
    ],
    flags: ['--disable-eviction'],
    fails: false,
    gone: ['w'],
  },
  {
    name: 'a budget and deletion',
    pods: [web('w'), a],
    budgets: [{ ...webBudget, minAvailable: 1 }],
    flags: ['--disable-eviction'],
    fails: false,
    gone: ['a', 'w'],
  },
  {
    name: 'a budget of another namespace',
    pods: [web('w')],
    budgets: [{ ...webBudget, minAvailable: 1, namespace: 'other' }],
    fails: false,
    gone: ['w'],
  },
  {
    name: 'a budget and a server dry run',
    pods: [web('w')],
    budgets: [{ ...webBudget, minAvailable: 1 }],
    flags: ['--dry-run=server', soon],
    fails: true,
    gone: [],
    staysOpen: true,
  },
];

const endings: readonly Situation[] = [
  { name: 'a pod that is terminating', pods: [{ ...a, deleted: 'just now', kubelet: 'slow' }, b], fails: false, gone: ['b'] },
  {
    name: 'a pod that is terminating for ever',
    pods: [{ ...a, deleted: 'just now', kubelet: 'dead' }],
    flags: [soon],
    fails: true,
    gone: [],
  },
  {
    name: 'a terminating pod under a full budget',
    pods: [web('w', { deleted: 'just now', kubelet: 'slow' })],
    budgets: [{ ...webBudget, minAvailable: 1 }],
    fails: false,
    gone: [],
  },
  { name: 'a bare pod that is terminating', pods: [{ ...bare, deleted: 'just now', kubelet: 'dead' }], fails: true, gone: [] },
  {
    name: 'a pod that should have ended, skipped',
    pods: [{ ...bare, deleted: 'long ago', kubelet: 'dead' }, b],
    flags: ['--skip-wait-for-delete-timeout=1'],
    fails: false,
    gone: ['b'],
  },
  {
    name: 'a pod that should have ended, waited for',
    pods: [{ ...a, deleted: 'long ago', kubelet: 'dead' }],
    flags: [soon],
    fails: true,
    gone: [],
  },
  { name: 'a kubelet that is dead', pods: [{ ...a, kubelet: 'dead' }], flags: [soon], fails: true, gone: ['a'] },
  {
    name: 'a kubelet that is dead, not waited for',
    pods: [{ ...a, kubelet: 'dead' }],
    flags: ['--grace-period=1', '--skip-wait-for-delete-timeout=1'],
    fails: false,
    gone: ['a'],
  },
  { name: 'a finalizer', pods: [{ ...a, finalizer: true }, b], flags: [soon], fails: true, gone: ['a', 'b'] },
  {
    name: 'a name that comes back elsewhere',
    pods: [{ name: 'db-0', owner: 'StatefulSet', comesBack: true }],
    fails: false,
    gone: ['db-0'],
  },
  {
    name: 'deletion and a dead kubelet',
    pods: [{ ...a, kubelet: 'dead' }],
    flags: ['--disable-eviction', soon],
    fails: true,
    gone: ['a'],
  },
  { name: 'a namespace that is being deleted', pods: [{ ...a, kubelet: 'slow' }], namespaceEnds: true, fails: false, gone: [] },
];

const troubles: readonly Situation[] = [
  {
    name: 'a webhook that denies',
    pods: [a, b],
    troubles: [{ on: 'evict', pod: 'a', answer: BLOCKED }],
    fails: true,
    gone: ['b'],
  },
  {
    name: 'a webhook that cannot be reached',
    pods: [a, b],
    troubles: [
      {
        on: 'evict',
        pod: 'a',
        answer: answer(500, 'InternalError', 'Internal error occurred: failed calling webhook "x": context deadline exceeded'),
      },
    ],
    fails: true,
    gone: ['b'],
  },
  {
    name: 'an internal error',
    pods: [a, b],
    troubles: [{ on: 'evict', pod: 'a', answer: answer(500, 'InternalError', 'Internal error occurred: boom') }],
    fails: true,
    gone: ['b'],
  },
  {
    name: 'a server that is busy once',
    pods: [a],
    troubles: [
      {
        on: 'evict',
        answer: {
          ...answer(429, 'TooManyRequests', 'Too many requests, please try again later.', { retryAfterSeconds: 1 }),
          headers: { 'retry-after': '1' },
        },
        ...once,
      },
    ],
    fails: false,
    gone: ['a'],
  },
  {
    name: 'a server that is always busy',
    pods: [a],
    flags: [soon],
    troubles: [{ on: 'evict', answer: answer(429, 'TooManyRequests', 'Too many requests, please try again later.') }],
    fails: true,
    gone: [],
  },
  {
    name: 'a pod that has gone meanwhile',
    pods: [a, b],
    troubles: [{ on: 'evict', pod: 'a', answer: answer(404, 'NotFound', 'pods "a" not found') }],
    fails: false,
    gone: ['b'],
  },
  {
    name: 'a namespace that begins to end',
    pods: [a],
    troubles: [
      {
        on: 'evict',
        answer: answer(403, 'Forbidden', 'unable to create new content in namespace x because it is being terminated', {
          causes: [{ reason: 'NamespaceTerminating', message: 'namespace x is being terminated', field: 'metadata.namespace' }],
        }),
        ...once,
      },
    ],
    fails: false,
    gone: ['a'],
  },
  {
    name: 'pods that may not be read',
    pods: [a],
    troubles: [{ on: 'get pod', answer: answer(403, 'Forbidden', 'pods "a" is forbidden') }],
    fails: true,
    gone: ['a'],
  },
  {
    name: 'pods that may not be listed',
    pods: [a],
    troubles: [{ on: 'list pods', answer: answer(403, 'Forbidden', 'pods is forbidden') }],
    fails: true,
    gone: [],
  },
  {
    name: 'DaemonSets that may not be read',
    pods: [daemon, a],
    flags: [IGNORE, FORCE],
    troubles: [{ on: 'get daemonset', answer: answer(403, 'Forbidden', 'daemonsets.apps is forbidden') }],
    fails: true,
    gone: [],
  },
  {
    name: 'a discovery that fails',
    pods: [a],
    troubles: [{ on: 'discovery', answer: answer(500, 'InternalError', 'no') }],
    fails: true,
    gone: [],
  },
  {
    name: 'deletion that is refused',
    pods: [a],
    flags: ['--disable-eviction'],
    troubles: [{ on: 'delete', answer: BLOCKED }],
    fails: true,
    gone: [],
  },
  {
    name: 'a node that may not be cordoned',
    pods: [a],
    troubles: [{ on: 'patch node', answer: answer(403, 'Forbidden', 'nodes "node" is forbidden') }],
    fails: true,
    gone: [],
    staysOpen: true,
    kubectl: { fails: false, gone: ['a'], because: 'it empties a node to which the pods may come back' },
  },
  {
    name: 'a server without evictions',
    pods: [a],
    troubles: [
      {
        on: 'discovery',
        answer: {
          status: 200,
          body: {
            kind: 'APIResourceList',
            groupVersion: 'v1',
            resources: [
              { name: 'pods', kind: 'Pod', namespaced: true, singularName: 'pod', verbs: ['get', 'list', 'delete'] },
              { name: 'nodes', kind: 'Node', namespaced: false, singularName: 'node', verbs: ['get', 'list', 'patch'] },
            ],
          },
        },
      },
    ],
    fails: true,
    gone: [],
    kubectl: { fails: false, gone: ['a'], because: 'it deletes without being told to' },
  },
  {
    name: 'a connection that is lost once',
    pods: [a],
    troubles: [{ on: 'evict', answer: 'reset', ...once }],
    fails: false,
    gone: ['a'],
    kubectl: { fails: true, gone: [], because: 'it takes a moment of the network for the end' },
  },
  {
    name: 'a server that restarts while a pod is waited for',
    pods: [{ ...a, kubelet: 'slow' }],
    troubles: [{ on: 'get pod', answer: answer(503, 'ServiceUnavailable', 'apiserver is shutting down'), times: 2 }],
    fails: false,
    gone: ['a'],
    kubectl: { fails: true, gone: ['a'], because: 'it takes a moment of the server for the end' },
  },
];

const crowds: readonly Situation[] = [
  { name: 'forty pods', pods: forty, fails: false, gone: forty.map(({ name }) => name) },
  {
    name: 'forty pods under a budget that holds all',
    pods: forty,
    budgets: [{ ...webBudget, minAvailable: 40 }],
    flags: ['--timeout=31s'],
    fails: true,
    gone: [],
  },
];

/** What a drain can meet; each runs against the fake API server (drain.test.ts) and against a real one beside kubectl (bench/drain-parity.ts). */
export const situations: readonly Situation[] = [...filters, ...selection, ...budgets, ...endings, ...troubles, ...crowds];
