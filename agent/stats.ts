import { statfs } from 'node:fs/promises';
import { basename } from 'node:path';
import type { HostView } from '../lib/host/host.ts';
import { seconds } from '../lib/model/units.ts';
import type { StatsMonitor } from '../lib/monitors/config/stats-monitor.ts';
import type { Log } from '../lib/reporters/log.ts';
import { type Family, renderMetrics } from '../lib/reporters/prometheus.ts';
import { type DiskLine, type DiskSample, type DiskUsage, parseDiskstats, sampleOf } from '../lib/reporters/stats-disk.ts';
import { type StatsReading, statsFamilies, unservedStats } from '../lib/reporters/system-stats.ts';
import { type Mount, parseMountinfo } from '../lib/sources/host/mounts.ts';
import { within } from '../lib/sources/within.ts';

export interface StatsParts {
  readonly host: HostView;
  readonly monitors: readonly StatsMonitor[];
  readonly log: Log;
  readonly sizeOf?: (point: string) => Promise<Size>;
}

interface Size {
  readonly used: number;
  readonly free: number;
}

const DEADLINE = seconds(1);
/** More than a node can have disks. */
const MOST_DISKS = 64;

async function statfsOf(point: string): Promise<Size> {
  const { bsize, blocks, bfree, bavail } = await statfs(point);
  return { used: (blocks - bfree) * bsize, free: bavail * bsize };
}

const unquoted = (text: string, name: string) => new RegExp(`^${name}=["']?([^"'\\n]*)`, 'm').exec(text)?.[1] ?? '';

/** node-problem-detector's words: `cos 77-12293.0.0`, `ubuntu 16.04.6 LTS (Xenial Xerus)`. */
function systemOf(release: string): string {
  const [id, version, build] = ['ID', 'VERSION', 'BUILD_ID'].map((name) => unquoted(release, name));
  return id === 'cos' ? `${id} ${version}-${build}` : `${id} ${version}`.trim();
}

/**
 * The metrics that system-stats-monitor files ask for: read when somebody scrapes, at no cost to anybody otherwise. Nothing here can be
 * slowed down by a disk but how full it is, which is asked of each one at a time.
 */
export function openStats({ host, monitors, log, sizeOf = statfsOf }: StatsParts): () => Promise<string> {
  let before: DiskSample | undefined;
  const silent = new Set<string>();
  for (const { file, metrics } of monitors) {
    const missing = unservedStats(metrics);
    if (missing.length > 0) log.warn({ file, missing }, 'metrics not served');
  }

  async function textOf(path: string): Promise<string | undefined> {
    const answer = await host.readFile(path, { deadline: DEADLINE });
    return answer.kind === 'text' ? answer.text : undefined;
  }

  async function usageOf({ origin, point, type, options }: Mount): Promise<readonly DiskUsage[]> {
    if (silent.has(origin)) return [];
    // One that does not answer keeps a thread: it is asked again when it has.
    silent.add(origin);
    const asking = sizeOf(point).finally(() => silent.delete(origin));
    const size = await within(host, asking, DEADLINE);
    return size === undefined ? [] : [{ device: origin.replace(/^\/dev\//, ''), type, options: options.join(','), ...size }];
  }

  async function disksOf(mounts: readonly Mount[]): Promise<(line: DiskLine) => boolean> {
    const listed = await host.listDirectory('/sys/block');
    const whole = new Set(listed.kind === 'entries' ? listed.names : []);
    const mounted = new Set(mounts.map(({ origin }) => basename(origin)));
    const [root, attached] = [monitors.some(({ disks }) => disks.root), monitors.some(({ disks }) => disks.attached)];
    const isUsed = ({ values }: DiskLine) => values.some((value) => value > 0);
    return (line) => (root && whole.has(line.device) && isUsed(line)) || (attached && mounted.has(line.device));
  }

  async function read(): Promise<StatsReading> {
    const paths = ['stat', 'loadavg', 'meminfo', 'uptime', 'diskstats', 'net/dev', '1/mountinfo', 'sys/kernel/osrelease'];
    const [stat, loadavg, meminfo, uptime, diskstats, netDev, mountinfo = '', kernel = ''] = await Promise.all(
      paths.map((path) => textOf(`/proc/${path}`)),
    );
    const release = (await textOf('/etc/os-release')) ?? '';
    const all = parseMountinfo(mountinfo).filter(({ origin }) => origin.startsWith('/dev/'));
    const mounts = [...new Map(all.toReversed().map((mount) => [mount.origin, mount])).values()].slice(0, MOST_DISKS);
    const isSized = monitors.some(({ metrics }) => metrics.has('disk/bytes_used') || metrics.has('disk/percent_used'));
    const usage = isSized ? (await Promise.all(mounts.map(usageOf))).flat() : [];
    const now = host.clock.monotonic();
    const lines = parseDiskstats(diskstats ?? '').filter(await disksOf(mounts));
    const disk = { now, lines, usage, before };
    before = sampleOf(now, lines);
    return {
      texts: { stat, loadavg, meminfo, uptime, diskstats, netDev },
      disk,
      kernel: kernel.trim(),
      system: systemOf(release),
    };
  }

  return async () => {
    if (monitors.length === 0) return '';
    const reading = await read();
    const families = new Map<string, Family>();
    for (const { metrics, exclude } of monitors) {
      const wish = { metrics, isInterfaceWanted: (name: string) => exclude?.test(name) !== true };
      for (const family of statsFamilies(reading, wish)) if (!families.has(family.name)) families.set(family.name, family);
    }
    return renderMetrics([...families.values()]);
  };
}
