import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FleetParts, openFleet } from '../../agent/fleet.ts';
import type { ApiAnswer } from '../../lib/host/host.ts';
import { type Duration, seconds } from '../../lib/model/units.ts';
import { holdsOf } from '../../lib/policy/guards.ts';
import { answer, identity } from '../fakes/cluster.ts';
import { lease } from '../fakes/lease-api.ts';
import type { AgentOptions } from '../fakes/sim/agent.ts';
import type { VirtualClock } from '../fakes/sim/clock.ts';
import { DOCKER, KUBELET, type SimNode } from '../fakes/sim/node.ts';
import { linksRuns, type RigOptions, rig } from './rig.ts';

/** Those of docs/guards.md that stand between any remedy and any daemon. */
const GUARDS = [
  'mode',
  'paused',
  'cooldown',
  'attempts',
  'window',
  'starting',
  'never-healthy',
  'pending-change',
  'packages',
  'other-repairer',
  'human',
  'pressure',
  'no-ledger',
  'wrong-node',
  'control-plane',
  'fleet-budget',
  'fleet-breaker',
  'not-drained',
] as const;
type GuardId = (typeof GUARDS)[number];

interface Row {
  readonly guard: GuardId;
  readonly what: string;
  readonly options?: RigOptions;
  /** When all was well, and the agent had seen it; before the daemon hangs. */
  readonly begin?: (node: SimNode, clock: VirtualClock) => Promise<void> | void;
  readonly unit?: string;
  readonly says: string;
}

const runtime = (settings: object, more: object = {}): RigOptions => ({
  config: { remedies: { 'restart-runtime': settings }, ...more },
});
const file =
  (path: string, text: string) =>
  (node: SimNode): void => {
    node.files[path] = text;
  };

/** Docker hangs, is restarted, and works again for so long. */
async function repaired(node: SimNode, clock: VirtualClock, after: Duration = seconds(150)): Promise<void> {
  node.mood(DOCKER, 'hung');
  await clock.until(() => node.restarts(DOCKER) === 1, seconds(60));
  await clock.run(after);
  expect(node.unit(DOCKER).mood).toBe('well');
}

/** This node's object at the API server, in what bears on guards. */
const nodeIs =
  (changes: { readonly spec?: object; readonly annotations?: object; readonly machineID?: string }) => (node: SimNode) => {
    const { spec = {}, annotations = {}, machineID = '0123456789abcdef0123456789abcdef' } = changes;
    node.trouble.clusterIdentity = async () => identity;
    node.trouble.apiGet = async ({ path }): Promise<ApiAnswer> =>
      path === '/api/v1/nodes/node-a'
        ? answer({
            kind: 'Node',
            metadata: { name: 'node-a', annotations },
            spec,
            status: { nodeInfo: { machineID, systemUUID: '' } },
          })
        : answer({ kind: 'Status' }, 404);
  };

/** Processes beside those of the units. */
function alsoRuns(node: SimNode, ...more: readonly { readonly pid: number; readonly name: string }[]): void {
  const before = node.trouble.processes;
  const processes: NonNullable<SimNode['trouble']['processes']> = async (options) => {
    node.trouble.processes = before;
    const asked = node.host.processes(options);
    node.trouble.processes = processes;
    const table = await asked;
    const [init] = table.kind === 'processes' ? table.entries : [];
    if (table.kind !== 'processes' || init === undefined) return table;
    return { ...table, entries: [...table.entries, ...more.map((one) => ({ ...init, startTicks: 5000, ...one }))] };
  };
  node.trouble.processes = processes;
}

/** A container that would not survive a restart of docker. */
function withoutLiveRestore(node: SimNode): void {
  Object.assign(node.unit(DOCKER), { argv: ['/usr/bin/dockerd', '-H', 'fd://'] });
  node.files['/proc/900/cgroup'] = '0::/system.slice/containerd.service\n';
  alsoRuns(node, { pid: 900, name: 'containerd-shim' });
  const httpGet: NonNullable<SimNode['trouble']['httpGet']> = async (request) => {
    if (!request.url.endsWith('/info') || node.unit(DOCKER).mood !== 'well') return undefined;
    node.trouble.httpGet = undefined;
    const asked = node.host.httpGet(request);
    node.trouble.httpGet = httpGet;
    const said = await asked;
    return said.kind === 'response' ? { ...said, body: said.body.replace('true', 'false') } : said;
  };
  node.trouble.httpGet = httpGet;
}

const etcdRuns = (node: SimNode) => alsoRuns(node, { pid: 99, name: 'etcd' });

const NOBODY = { claim: async () => true, release: async () => undefined };
type Own = Parameters<NonNullable<AgentOptions['fleet']>>[0];
const common = (own: Own): Omit<FleetParts, 'access' | 'cluster'> => ({
  ...own,
  zone: () => '',
  lease: NOBODY,
  random: () => 0.5,
});
const unknownFleet: AgentOptions['fleet'] = (own) =>
  openFleet({
    ...common(own),
    access: async () => ({ why: "the kubelet's identity may not read Leases" }),
    cluster: { apiGet: async () => ({ kind: 'no-identity', reason: '' }) },
  });
const sickFleet: AgentOptions['fleet'] = (own) => {
  const times = () => ({ since: own.clock.now() - 5000, seenAt: own.clock.now() });
  const apiGet = async ({ path }: { path: string }) =>
    path.includes('/leases')
      ? answer(
          { kind: 'LeaseList', metadata: {}, items: [lease('n2', {}, times()), lease('n3', {}, times())] },
          200,
          own.clock.now(),
        )
      : answer({ kind: 'NodeList', metadata: { remainingItemCount: 2, continue: 'x' }, items: [{}] }, 200, own.clock.now());
  return openFleet({ ...common(own), access: async () => ({ node: 'node-a' }), cluster: { apiGet } });
};

const WORKLOAD = { disruption: 'workload' };
const STARVED = 'some avg10=80.00 avg60=9 avg300=9 total=1\nfull avg10=70.00 avg60=9 avg300=9 total=1\n';

const ROWS: readonly Row[] = [
  { guard: 'mode', what: 'the configuration only looks on', options: { config: { mode: 'observe' } }, says: 'observe' },
  {
    guard: 'mode',
    what: 'an annotation lowers the mode',
    begin: nodeIs({ annotations: { 'nodemend.io/mode': 'observe' } }),
    says: 'nodemend.io/mode=observe',
  },
  {
    guard: 'mode',
    what: 'containers would not survive',
    options: { before: withoutLiveRestore },
    says: 'here it would disrupt: workload',
  },
  { guard: 'paused', what: 'a pause file', begin: file('/etc/nodemend/pause', 'storage upgrade'), says: 'storage upgrade' },
  {
    guard: 'paused',
    what: 'an annotation',
    begin: nodeIs({ annotations: { 'nodemend.io/pause': 'true' } }),
    says: 'annotation nodemend.io/pause',
  },
  {
    guard: 'cooldown',
    what: 'it ran a while ago',
    options: runtime({ cooldown: '10m' }),
    begin: repaired,
    says: 'it rests 600 s',
  },
  {
    guard: 'attempts',
    what: 'an earlier incident has used them up',
    options: runtime({ cooldown: '1s', attempts: 1 }),
    begin: repaired,
    says: 'restart-runtime: 1 of 1 attempts',
  },
  {
    guard: 'window',
    what: 'class workload, at another time of the year',
    options: {
      ...runtime(WORKLOAD, { guards: { windows: [{ cron: '0 3 1 7 *', duration: '1h' }] } }),
      before: withoutLiveRestore,
    },
    says: 'outside the maintenance windows "0 3 1 7 *" for 1h (UTC)',
  },
  {
    guard: 'starting',
    what: 'a unit that was just started',
    begin: (node) => void Object.assign(node.unit(DOCKER), { startedAt: node.up() - 20_000, activeAt: node.up() - 20_000 }),
    says: 'docker.service was started',
  },
  {
    guard: 'never-healthy',
    what: 'a run that was never seen well',
    options: { before: linksRuns },
    begin: (node) => {
      node.mood(DOCKER, 'hung');
      Object.assign(node.unit(DOCKER), { invocation: 77 });
    },
    says: 'the probe has not passed since docker.service was started',
  },
  {
    guard: 'pending-change',
    what: 'a daemon.json that no run has tried',
    begin: (node, clock) => {
      const status = {
        kind: 'status',
        is: 'file',
        size: 2,
        mode: 0o644,
        uid: 0,
        inode: 1,
        device: 1,
        modifiedAt: clock.now(),
      } as const;
      node.trouble.fileStatus = async (path) => (path === '/etc/docker/daemon.json' ? status : undefined);
    },
    says: '/etc/docker/daemon.json is newer than its process',
  },
  {
    guard: 'packages',
    what: 'dpkg’s lock is held',
    begin: (node) => {
      node.files['/proc/locks'] = '1: POSIX  ADVISORY  WRITE 812 08:01:42 0 EOF\n';
      const status = {
        kind: 'status',
        is: 'file',
        size: 0,
        mode: 0o640,
        uid: 0,
        inode: 42,
        device: 0x801,
        modifiedAt: 0,
      } as const;
      node.trouble.fileStatus = async (path) => (path === '/var/lib/dpkg/lock' ? status : undefined);
    },
    says: 'holds /var/lib/dpkg/lock',
  },
  {
    guard: 'other-repairer',
    what: 'a kubelet with WatchdogSec',
    unit: KUBELET,
    begin: (node) => {
      node.unit(KUBELET).watchdog = '1min';
    },
    says: 'systemd restarts kubelet.service itself (WatchdogSec=1m)',
  },
  {
    guard: 'other-repairer',
    what: 'kured reboots this node',
    begin: nodeIs({ annotations: { 'weave.works/kured-reboot-in-progress': '2026-01-01T00:00:00Z' } }),
    says: 'kured is rebooting this node',
  },
  {
    guard: 'other-repairer',
    what: 'the autoscaler takes this node away',
    begin: nodeIs({ spec: { taints: [{ key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule' }] } }),
    says: 'cluster-autoscaler is about to delete this node',
  },
  {
    guard: 'human',
    what: 'a cordon that is not ours',
    begin: nodeIs({ spec: { unschedulable: true } }),
    says: 'cordoned by somebody else',
  },
  { guard: 'pressure', what: 'memory is short', begin: file('/proc/pressure/memory', STARVED), says: 'starved, not hung' },
  {
    guard: 'no-ledger',
    what: 'no state directory, and a restart that only /run remembers',
    options: runtime({ cooldown: '1s' }, { stateDirectory: '/dev/null/nodemend' }),
    begin: repaired,
    says: 'docker.service was restarted since the boot',
  },
  {
    guard: 'wrong-node',
    what: 'the Node of our name is another machine',
    begin: nodeIs({ machineID: 'ffffffffffffffffffffffffffffffff' }),
    says: "the Node's machineID is ffffffffffffffffffffffffffffffff",
  },
  {
    guard: 'control-plane',
    what: 'class workload on a host with etcd',
    options: { ...runtime(WORKLOAD), before: withoutLiveRestore },
    begin: etcdRuns,
    says: 'etcd of the cluster runs here',
  },
  {
    guard: 'control-plane',
    what: 'allowed, and etcd alone',
    options: { ...runtime(WORKLOAD, { guards: { controlPlane: { allow: true } } }), before: withoutLiveRestore },
    begin: etcdRuns,
    says: 'no --listen-metrics-urls',
  },
  {
    guard: 'fleet-budget',
    what: 'nobody knows the others, and a remedy ran a few minutes ago',
    options: { ...runtime({ cooldown: '1s' }), fleet: unknownFleet },
    begin: repaired,
    says: "the kubelet's identity may not read Leases: one remedy in 10m",
  },
  {
    guard: 'fleet-budget',
    what: 'nobody knows the others, class workload',
    options: { ...runtime(WORKLOAD), before: withoutLiveRestore, fleet: unknownFleet },
    says: 'no remedy that disrupts work',
  },
  {
    guard: 'fleet-breaker',
    what: 'two other nodes of three have trouble',
    options: { fleet: sickFleet },
    says: '2 other nodes have trouble within 10m (n2 DockerHung, n3 DockerHung)',
  },
];

describe('a guard alone', () => {
  it.each(ROWS.map((row) => [row.guard, row.what, row] as const))('%s: %s', async (guard, _, row) => {
    const { begin, options = {}, unit = DOCKER, says } = row;
    const at = await rig(options);
    await begin?.(at.node, at.clock);
    const before = at.node.restarts(unit);

    at.node.mood(unit, 'hung');
    await at.clock.run(seconds(45));

    const held = at.agent.latest()?.problems.find(({ holds }) => holds.length > 0);
    expect(at.node.restarts(unit)).toBe(before);
    expect(held?.holds.map(({ id }) => id)).toEqual([guard]);
    expect(held?.holds[0]?.why).toContain(says);
    // Without it, it would have been restarted: the case is about the guard and about nothing else.
  });

  it('is what holds it: without any the same node is repaired', async () => {
    const at = await rig();

    expect(await at.hangDocker()).toBe(true);
  });

  it('unit-unknown, one of our own: systemd does not say in time what has become of the unit', async () => {
    const at = await rig();
    at.node.trouble.run = async (argv, { deadline }) => {
      if (argv[0] !== 'systemctl') return undefined;
      await at.clock.sleep(deadline);
      return { kind: 'timed-out', after: deadline, stdout: '', stderr: '' };
    };

    at.node.mood(KUBELET, 'stopped');
    await at.clock.run(seconds(60));
    const problem = at.agent.latest()?.problems.find(({ reason }) => reason === 'KubeletHung');
    expect(at.node.restarts(KUBELET)).toBe(0);
    expect([problem?.holds.map(({ id }) => id), problem?.exhausted]).toEqual([['unit-unknown'], false]);

    at.node.trouble.run = undefined;
    expect(await at.clock.until(() => at.node.restarts(KUBELET) === 1, seconds(60))).toBe(true);
  });

  it('not-drained: a reboot of a node that nobody has emptied', () => {
    const reboot = { remedy: 'reboot', disruption: 'node', allowed: 'node', reason: 'DockerHung' } as const;

    expect(holdsOf({ controlPlane: [] }, reboot).map(({ id }) => id)).toEqual(['not-drained']);
    expect(holdsOf({ controlPlane: [], drained: true }, reboot)).toEqual([]);
  });

  it('has a row for each of them', () => {
    expect([...new Set([...ROWS.map(({ guard }) => guard), 'not-drained'])].sort()).toEqual([...GUARDS].sort());
  });

  it('is one of the code’s', () => {
    const directory = join(import.meta.dirname, '../../lib/policy');
    const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const ids = files.flatMap((name) =>
      [...readFileSync(join(directory, name), 'utf8').matchAll(/\bid: '([a-z-]+)'/g)].map(([, id]) => id ?? ''),
    );

    expect([...GUARDS].filter((id) => !ids.includes(id))).toEqual([]);
  });
});
