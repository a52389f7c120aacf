import type { Clock, HostView, RunResult } from '../../../lib/host/host.ts';
import type { ControlAnswer, ControlRequest, HostControl } from '../../../lib/host/host-control.ts';
import { writeWhole } from '../../../lib/host/write-file.ts';
import type { Duration, Instant } from '../../../lib/model/units.ts';
import { fakeNode } from '../node.ts';
import { OWN, TCP, TCP6 } from '../processes.ts';
import { askContainerd, askDocker, askKubelet } from './answers.ts';
import { schedstatOf, showUnit, statOf } from './show.ts';
import { type Mood, obey, restartsOf, type SimUnit, setMood, settle, type UnitsState, unit } from './units.ts';

type Calls = Pick<
  HostView,
  'readFile' | 'fileStatus' | 'run' | 'httpGet' | 'criCall' | 'apiGet' | 'clusterIdentity' | 'processes'
>;
/** What a test has the host say instead; undefined: as it is. */
export type Trouble = {
  [Call in keyof Calls]?:
    | ((...words: Parameters<Calls[Call]>) => Promise<Awaited<ReturnType<Calls[Call]>> | undefined> | undefined)
    | undefined;
} & {
  control?: ((request: ControlRequest) => Promise<ControlAnswer> | undefined) | undefined;
  /** When the kubelet last saw all containers, by the wall clock. */
  relisted?: (() => Instant) | undefined;
};

/** A docker node: dockerd, containerd and a kubelet under systemd. */
export interface SimNode {
  readonly host: HostView;
  readonly control: HostControl;
  readonly state: UnitsState;
  readonly trouble: Trouble;
  readonly files: Record<string, string>;
  /** Since boot, with what the host slept. */
  up(): Duration;
  /** The host sleeps: neither the monotonic clock nor a daemon takes notice, and the kubelet's next relist takes a moment. */
  suspend(duration: Duration): void;
  /** The host was rebooted so long ago; a daemon that hangs does so again. */
  reboot(ago: Duration): void;
  /** JSON of docker's list. */
  containers: string;
  unit(id: string): SimUnit;
  mood(id: string, mood: Mood): void;
  /** What was done to units: `restart docker.service`. */
  acts(): readonly string[];
  /** How many runs of a unit were ended by somebody. */
  restarts(id: string): number;
}

export const DOCKER = 'docker.service';
export const KUBELET = 'kubelet.service';
export const UPTIME: Duration = 864_000_000;
const QUIET = 'some avg10=0.00 avg60=0.00 avg300=0.00 total=1\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=1\n';
const HOST_NET = 'net:[4026531840]';

export function dockerNode(): UnitsState {
  const kubelet = ['/usr/bin/kubelet', '--docker-endpoint=unix:///run/docker.sock', '--hostname-override=node-a'];
  const units = [
    unit(DOCKER, 'dockerd', ['/usr/bin/dockerd', '--live-restore', '-H', 'fd://'], 700),
    unit('containerd.service', 'containerd', ['/usr/bin/containerd'], 600),
    unit(KUBELET, 'kubelet', kubelet, 812),
  ];
  return { units: Object.fromEntries(units.map((one) => [one.id, one])), acts: [], nextPid: 5000 };
}

const FILES: Readonly<Record<string, string>> = {
  '/proc/1/net/tcp': TCP,
  '/proc/1/net/tcp6': TCP6,
  '/proc/1/cgroup': '0::/init.scope\n',
  '/proc/1/cmdline': '/sbin/init\0',
  '/proc/pressure/cpu': QUIET,
  '/proc/pressure/memory': QUIET,
  '/proc/pressure/io': QUIET,
  '/proc/sys/kernel/hostname': 'node-a\n',
  '/etc/machine-id': '0123456789abcdef0123456789abcdef\n',
};
const STATUSES = { '/run/docker.sock': { is: 'socket' }, '/run/containerd/containerd.sock': { is: 'socket' } } as const;
const SPACE = { kind: 'usage', bytes: 1e11, bytesAvailable: 5e10, inodes: 1e6, inodesFree: 5e5, device: 1 } as const;

const exited = (stdout: string): RunResult => ({ kind: 'exited', code: 0, stdout, stderr: '', truncated: false });

/** The same node for a clock and a state that may be of earlier: `changed` is told whenever something was done to it. */
export function simNode(clock: Clock, state: UnitsState = dockerNode(), changed: () => void = () => undefined): SimNode {
  const bare = fakeNode({ status: STATUSES });
  const trouble: Trouble = {};
  const files: Record<string, string> = { ...FILES };
  let began: Duration = -UPTIME;
  let stale: { until: Duration; by: Duration } = { until: 0, by: 500 };
  const up = () => clock.monotonic() - began;

  const find = (id: string): SimUnit => {
    settle(state, up());
    const found = state.units[id];
    if (found === undefined) throw new Error(`no ${id}`);
    return found;
  };
  const running = () => {
    settle(state, up());
    return Object.values(state.units).filter(({ pid }) => pid !== 0);
  };

  /** Since when the kubelet's relist waits for docker, or for itself. */
  function relisted(): Instant {
    if (trouble.relisted !== undefined) return trouble.relisted();
    const stalled = [find(DOCKER), find(KUBELET)].filter(({ mood, activeState }) => mood !== 'well' || activeState !== 'active');
    const since = stalled.map(({ moodSince, activeState, startedAt }) => (activeState === 'active' ? moodSince : startedAt));
    const behind = clock.monotonic() < stale.until ? stale.by : 500;
    return clock.now() - (since.length === 0 ? behind : up() - Math.min(...since));
  }

  async function owed<Answer extends object>(answer: Answer | undefined, deadline: Duration) {
    if (answer !== undefined) return answer;
    await clock.sleep(deadline);
    return { kind: 'timed-out', after: deadline, connected: true } as const;
  }

  function procFile(path: string): string | undefined {
    if (path === '/proc/uptime') return `${(up() / 1000).toFixed(2)} 100.00\n`;
    const [, pid, what = ''] = /^\/proc\/(\d+)\/(.+)$/.exec(path) ?? [];
    const one = running().find((other) => other.pid === Number(pid));
    if (one === undefined) return undefined;
    if (what === 'cmdline') return `${one.argv.join('\0')}\0`;
    if (what === 'cgroup') return `0::/system.slice/${one.id}\n`;
    if (what === 'status') return 'TracerPid:\t0\n';
    if (what.endsWith('schedstat')) return schedstatOf(one, up());
    return what.endsWith('stat') ? statOf(one, up()) : undefined;
  }

  const host: HostView = {
    ...bare,
    clock,
    async readFile(path, options) {
      const said = (await trouble.readFile?.(path, options)) ?? procFile(path) ?? files[path];
      if (said === undefined) return { kind: 'missing' };
      return typeof said === 'string' ? { kind: 'text', text: said, truncated: false } : said;
    },
    fileStatus: async (path) => (await trouble.fileStatus?.(path)) ?? bare.fileStatus(path),
    async readLink(path) {
      const [, pid, what = ''] = /^\/proc\/(\d+)\/(.+)$/.exec(path) ?? [];
      if (what === 'ns/net') return { kind: 'link', target: HOST_NET };
      const inode = what.startsWith('fd/') && Number(pid) === find(KUBELET).pid ? OWN[Number(what.slice(3)) - 3] : undefined;
      if (inode !== undefined) return { kind: 'link', target: `socket:[${inode}]` };
      return what === 'exe' ? { kind: 'link', target: '/usr/bin/daemon' } : { kind: 'missing' };
    },
    async listDirectory(path) {
      if (path === '/lib/systemd/system') return { kind: 'entries', names: Object.keys(state.units) };
      const [, pid, what] = /^\/proc\/(\d+)\/(fd|task)$/.exec(path) ?? [];
      if (!running().some((one) => one.pid === Number(pid))) return { kind: 'missing' };
      return { kind: 'entries', names: what === 'fd' ? ['3', '4'] : [String(pid)] };
    },
    fileSystemUsage: async () => SPACE,
    async processes(options) {
      const said = await trouble.processes?.(options);
      if (said !== undefined) return said;
      const entries = running().map(({ pid, name, startedAt, mood }) => {
        const state = mood === 'stopped' ? 'T' : 'S';
        return {
          pid,
          parent: 1,
          name,
          state,
          threads: 1,
          cpuTicks: 0,
          startTicks: Math.floor(startedAt / 10),
          kernelThread: false,
        };
      });
      const init = {
        pid: 1,
        parent: 0,
        name: 'systemd',
        state: 'S',
        threads: 1,
        cpuTicks: 0,
        startTicks: 1,
        kernelThread: false,
      };
      return { kind: 'processes', entries: [init, ...entries], truncated: false };
    },
    async run(argv, options) {
      const said = await trouble.run?.(argv, options);
      if (said !== undefined) return said;
      if (argv[0] === 'journalctl') return exited('');
      if (argv[0] !== 'systemctl') return { kind: 'not-found', file: argv[0] };
      if (argv[1] === 'is-system-running') return exited('running\n');
      settle(state, up());
      return exited(
        argv
          .slice(argv.indexOf('--') + 1)
          .map((id) => showUnit(id, state.units[id]))
          .join('\n\n'),
      );
    },
    async httpGet(request) {
      const said = await trouble.httpGet?.(request);
      if (said !== undefined) return said;
      if (request.socketPath !== undefined) return owed(askDocker(find(DOCKER), request, node.containers), request.deadline);
      return owed(askKubelet(find(KUBELET), request.url, Number(relisted())), request.deadline);
    },
    criCall: async (request) =>
      (await trouble.criCall?.(request)) ?? owed(askContainerd(find('containerd.service'), request), request.deadline),
    apiGet: async (request) => (await trouble.apiGet?.(request)) ?? bare.apiGet(request),
    clusterIdentity: async () => (await trouble.clusterIdentity?.()) ?? bare.clusterIdentity(),
  };

  const node: SimNode = {
    host,
    state,
    trouble,
    files,
    up,
    suspend(duration) {
      began -= duration;
      stale = { until: clock.monotonic() + 2000, by: duration };
    },
    reboot(ago) {
      began = clock.monotonic() - ago;
      for (const one of Object.values(state.units)) {
        state.nextPid += 1;
        Object.assign(one, { pid: state.nextPid, startedAt: 10_000, activeAt: 11_000, moodSince: 11_000 });
      }
    },
    containers: '[]',
    unit: find,
    mood(id, mood) {
      setMood(find(id), mood, up());
      changed();
    },
    acts: () => state.acts.map(({ what }) => what),
    restarts: (id) => restartsOf(state, id),
    control: {
      async control(request) {
        const said = trouble.control?.(request);
        if (said !== undefined) return said;
        if (request.kind === 'write-file') return writeWhole(request);
        const answer = obey(state, request, up());
        changed();
        return answer;
      },
    },
  };
  return node;
}
