import type { HostView, ProcessEntry } from '../../lib/host/host.ts';
import { explainPathFailure } from '../../lib/model/path-failure.ts';
import { formatBytes } from '../../lib/model/quantity.ts';
import { KiB, MiB, ms, seconds } from '../../lib/model/units.ts';
import { kubeletProcess } from '../../lib/sources/kubelet/kubelet-process.ts';
import { gatherer } from '../gather.ts';
import { lookAtOne } from '../steps/look.ts';
import { type Collector, outputOf } from './collector.ts';
import { goroutines } from './goroutines.ts';

const journal: Collector = {
  name: 'journal.txt',
  most: 512 * KiB,
  async collect({ host, units, deadline }) {
    if (units.length === 0) return undefined;
    const each = await Promise.all(
      units.map((unit) =>
        host.run(['journalctl', '--no-pager', '--quiet', '-o', 'short-iso', '-n', '200', '-u', unit], {
          deadline,
          maxBytes: 512 * KiB,
        }),
      ),
    );
    return each.map((result, at) => `== ${units[at]}\n${outputOf(result)}`).join('\n');
  },
};

const PLACES = ['/', '/var/lib/docker', '/var/lib/containerd', '/var/lib/kubelet', '/run', '/tmp'];

async function describePlace(host: HostView, path: string): Promise<string> {
  const usage = await host.fileSystemUsage(path, { mayHang: true, deadline: seconds(1) });
  if (usage.kind !== 'usage') return `${path}: ${explainPathFailure(usage)}`;
  const { bytes, bytesAvailable, inodes, inodesFree } = usage;
  return `${path}: ${formatBytes(bytesAvailable)} of ${formatBytes(bytes)} available, ${inodesFree} of ${inodes} inodes free`;
}

const PRESSURE = [
  '/proc/pressure/cpu',
  '/proc/pressure/memory',
  '/proc/pressure/io',
  '/proc/loadavg',
  '/proc/meminfo',
  '/proc/uptime',
];

const sizes: Collector = {
  name: 'sizes.txt',
  most: 32 * KiB,
  async collect({ host }) {
    const [places, files] = await Promise.all([
      Promise.all(PLACES.map((path) => describePlace(host, path))),
      Promise.all(PRESSURE.map((path) => host.readFile(path, { maxBytes: 8 * KiB }))),
    ]);
    const texts = files.map(
      (file, at) => `== ${PRESSURE[at]}\n${file.kind === 'text' ? file.text : `${explainPathFailure(file)}\n`}`,
    );
    return `${places.join('\n')}\n${texts.join('')}`;
  },
};

const processes: Collector = {
  name: 'processes.txt',
  most: 256 * KiB,
  async collect({ host }) {
    const table = await host.processes();
    if (table.kind !== 'processes') return `/proc: ${explainPathFailure(table)}\n`;
    const lines = table.entries
      .filter(({ kernelThread, state }) => !kernelThread || state === 'D')
      .map(({ pid, parent, state, threads, cpuTicks, startTicks, name }) =>
        [pid, parent, state, threads, cpuTicks, startTicks, JSON.stringify(name)].join('\t'),
      );
    return `pid\tparent\tstate\tthreads\tcpuTicks\tstartTicks\tname\n${lines.join('\n')}\n`;
  },
};

const MOST_STACKS = 24;

/** In a child of its own: `stack` waits for a lock that a hung execve holds. */
async function stackOf(host: HostView, { pid, thread = pid, name, state }: ProcessEntry): Promise<string> {
  const directory = `/proc/${pid}/task/${thread}`;
  const [wchan, stack] = await Promise.all([
    host.readFile(`${directory}/wchan`, { maxBytes: KiB, deadline: ms(500) }),
    host.run(['cat', `${directory}/stack`], { deadline: ms(800), maxBytes: 16 * KiB }),
  ]);
  return `== ${pid}/${thread} ${JSON.stringify(name)} ${state} in ${wchan.kind === 'text' ? wchan.text : '?'}\n${outputOf(stack)}`;
}

/** Whoever waits in the kernel without end, and the main threads of what is about to be restarted. */
const stacks: Collector = {
  name: 'stacks.txt',
  most: 256 * KiB,
  async collect({ host, units }) {
    const [table, looks] = await Promise.all([
      host.processes({ threads: true }),
      Promise.all(units.map((unit) => lookAtOne(host, unit))),
    ]);
    if (table.kind !== 'processes') return `/proc: ${explainPathFailure(table)}\n`;
    const mains = new Set(looks.flatMap((look) => (look === undefined || look.mainPid === 0 ? [] : [look.mainPid])));
    const blocked = table.entries.filter(({ state, kernelThread }) => state === 'D' && !kernelThread);
    const own = table.entries.filter(({ pid, state }) => mains.has(pid) && state !== 'D');
    const chosen = [...blocked, ...own].slice(0, MOST_STACKS);
    const texts = await Promise.all(chosen.map((entry) => stackOf(host, entry)));
    return `${blocked.length} tasks in state D, ${own.length} other tasks of ${units.join(', ')}\n${texts.join('')}`;
  },
};

/** The histogram dies with the kubelet's process. */
const pleg: Collector = {
  name: 'kubelet-pleg.txt',
  most: 64 * KiB,
  async collect({ host, deadline }) {
    const kubelet = await gatherer(host).fact(kubeletProcess);
    if (!('kind' in kubelet) || kubelet.kind !== 'running') return undefined;
    const { api, readOnly } = kubelet.servers ?? {};
    const request = { deadline: Math.min(deadline, seconds(2)), maxBytes: 8 * MiB };
    const secure = api === undefined ? undefined : await host.httpGet({ url: `${api}/metrics`, tls: 'cluster', ...request });
    const isRead = secure?.kind === 'response' && secure.status === 200;
    const plain = isRead || readOnly === undefined ? undefined : await host.httpGet({ url: `${readOnly}/metrics`, ...request });
    const answer = isRead ? secure : (plain ?? secure);
    if (answer?.kind !== 'response')
      return `the metrics of the kubelet could not be read: ${answer?.kind ?? 'no port of its own'}\n`;
    if (answer.status !== 200) return `the metrics of the kubelet could not be read: HTTP ${answer.status}\n`;
    const lines = answer.body.match(/^kubelet_(pleg|runtime_operations_(errors|duration))\w*.*$/gm) ?? [];
    return `${lines.join('\n')}\n`;
  },
};

/** The most telling first: they get what there is of time and room. */
export const collectors: readonly Collector[] = [goroutines, journal, stacks, pleg, sizes, processes];
