import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStats } from '../../agent/stats.ts';
import { parseMonitorFile } from '../../lib/monitors/config/monitor-file.ts';
import type { StatsMonitor } from '../../lib/monitors/config/stats-monitor.ts';
import { keyOf, readExposition } from '../fakes/exposition.ts';
import { fakeNode } from '../fakes/node.ts';

const directory = join(import.meta.dirname, '../fixtures/npd/config');

function shipped(name: string): StatsMonitor {
  const parsed = parseMonitorFile(name, readFileSync(join(directory, name), 'utf8'));
  return parsed.kind === 'valid' && parsed.monitor.kind === 'stats' ? parsed.monitor : expect.fail(name);
}

const files = {
  '/proc/stat':
    'cpu  300 20 100 5000 40 0 10 5 2 1\ncpu0 150 10 50 2500 20 0 5 3 1 0\ncpu1 150 10 50 2500 20 0 5 2 1 1\nintr 98765 1 2 3\nctxt 1\nbtime 2\nprocesses 107607\nprocs_running 3\nprocs_blocked 1\n',
  '/proc/loadavg': '0.50 1.25 2.00 3/842 4711\n',
  '/proc/meminfo':
    'MemTotal:       1000 kB\nMemFree:         300 kB\nBuffers:          50 kB\nCached:          200 kB\nActive(anon):    90 kB\nInactive(anon):   10 kB\nActive(file):    70 kB\nInactive(file):  30 kB\nUnevictable:       4 kB\nDirty:             3 kB\nWriteback:         2 kB\nSlab:            100 kB\n',
  '/proc/uptime': '12345.67 1.00\n',
  '/proc/diskstats':
    '   8       0 sda 10 1 80 5 20 2 160 7 0 11 12 0 0 0 0\n   8       1 sda1 9 1 72 5 20 2 160 7 0 11 12 0 0 0 0\n   7       0 loop0 0 0 0 0 0 0 0 0 0 0 0\n 252       0 vdb 1 0 8 1 0 0 0 0 0 1 1\n',
  '/proc/net/dev':
    'Inter-|   Receive\n face |bytes packets\n    lo: 3500 10 0 0 0 0 0 0 3500 10 0 0 0 0 0 0\n  eth0: 100 1 2 3 4 5 6 7 200 8 9 10 11 12 13 14\nveth1:5 1 0 0 0 0 0 0 6 1 0 0 0 0 0 0\n',
  '/proc/1/mountinfo':
    '22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n23 22 8:1 /x /x rw - ext4 /dev/sda1 rw\n24 22 0:5 / /dev rw - devtmpfs udev rw\n25 22 8:2 / /data rw - xfs /dev/sda2 rw\n',
  '/proc/sys/kernel/osrelease': '6.1.0-1-amd64\n',
  '/etc/os-release': 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION="12 (bookworm)"\n',
};

const log = { warn: () => undefined } as never;

function open(monitors: readonly StatsMonitor[], own: Readonly<Record<string, string>> = files) {
  const host = fakeNode({ files: own, directories: { '/sys/block': ['loop0', 'sda', 'vdb'] } });
  let now = 0;
  const moving = { ...host, clock: { ...host.clock, monotonic: () => now } };
  const sizeOf = async (point: string) => (point === '/data' ? await Promise.reject(new Error('EIO')) : { used: 600, free: 400 });
  const text = openStats({ host: moving, monitors, log, sizeOf });
  return {
    async scrape(after = 0) {
      now += after;
      const families = readExposition(await text());
      const value = (name: string, labels: Readonly<Record<string, string>> = {}) =>
        families.get(name)?.samples.get(keyOf(labels));
      return { families, value };
    },
  };
}

describe('system-stats-monitor.json', () => {
  it('has the kernel’s own numbers under node-problem-detector’s names', async () => {
    const { value, families } = await open([shipped('system-stats-monitor.json')]).scrape();

    expect(value('cpu_load_1m')).toBe(0.5);
    expect(value('cpu_load_15m')).toBe(2);
    expect(value('cpu_runnable_task_count')).toBe(0.5);
    // Seconds, as it says; node-problem-detector gives ticks.
    expect(value('cpu_usage_time', { state: 'user' })).toBe(3);
    expect(value('cpu_usage_time', { state: 'guest_nice' })).toBe(0.01);
    expect(value('system_cpu_stat', { cpu: 'cpu1', stage: 'softIRQ' })).toBe(0.05);
    expect(value('system_processes_total')).toBe(107_607);
    expect(value('system_interrupts_total')).toBe(98_765);
    expect([value('system_procs_running'), value('system_procs_blocked')]).toEqual([3, 1]);
    expect(value('memory_bytes_used', { state: 'used' })).toBe(350 * 1024);
    expect(value('memory_percent_used', { state: 'used' })).toBe(35);
    expect(value('memory_dirty_used', { state: 'writeback' })).toBe(2048);
    expect(value('memory_unevictable_used')).toBe(4096);
    expect(value('host_uptime', { kernel_version: '6.1.0-1-amd64', os_version: 'debian 12 (bookworm)' })).toBe(12_345);
    expect(value('disk_operation_count', { device_name: 'sda', direction: 'write' })).toBe(20);
    expect(value('disk_operation_bytes_count', { device_name: 'sda', direction: 'read' })).toBe(80 * 512);
    expect(value('disk_io_time', { device_name: 'sda1' })).toBe(11);
    expect(value('disk_percent_used', { device_name: 'sda1' })).toBe(60);
    const used = { device_name: 'sda1', fs_type: 'ext4', mount_option: 'rw,relatime', state: 'used' };
    expect(value('disk_bytes_used', used)).toBe(600);
    expect(families.get('system_processes_total')?.type).toBe('counter');
    expect(families.get('memory_bytes_used')?.type).toBe('gauge');
  });

  it('has whole disks that are used and what is mounted, nothing else', async () => {
    const { families } = await open([shipped('system-stats-monitor.json')]).scrape();

    expect([...(families.get('disk_io_time')?.samples.keys() ?? [])]).toEqual(
      ['sda', 'sda1', 'vdb'].map((name) => keyOf({ device_name: name })),
    );
    expect([...(families.get('disk_percent_used')?.samples.keys() ?? [])]).toEqual([keyOf({ device_name: 'sda1' })]);
  });

  it('counts nothing twice: at the next scrape it has the same numbers', async () => {
    const stats = open([shipped('system-stats-monitor.json')]);
    const first = await stats.scrape();
    const second = await stats.scrape(60_000);

    expect(second.value('system_processes_total')).toBe(first.value('system_processes_total'));
    expect(first.value('disk_avg_queue_len', { device_name: 'sda' })).toBe(undefined);
    expect(second.value('disk_avg_queue_len', { device_name: 'sda' })).toBe(0);
  });

  it('has every metric that the file names, but for os_feature', async () => {
    const monitor = shipped('system-stats-monitor.json');
    const stats = open([monitor]);
    await stats.scrape();
    const { families } = await stats.scrape(1000);

    const names = [...monitor.metrics.values()].map((name) => name.replaceAll('/', '_'));
    expect(names.filter((name) => !families.has(name))).toEqual(['system_os_feature']);
  });
});

describe('net-cgroup-system-stats-monitor.json', () => {
  it('has the interfaces that are not excluded', async () => {
    const { value, families } = await open([shipped('net-cgroup-system-stats-monitor.json')]).scrape();

    expect(families.size).toBe(16);
    expect(value('net_rx_bytes', { interface_name: 'lo' })).toBe(3500);
    expect(value('net_tx_compressed', { interface_name: 'eth0' })).toBe(14);
    expect(value('net_tx_collisions', { interface_name: 'eth0' })).toBe(12);
    expect(value('net_rx_bytes', { interface_name: 'veth1' })).toBe(undefined);
  });
});

describe('a node that does not tell', () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['nothing', {}],
    ['nonsense', Object.fromEntries(Object.keys(files).map((path) => [path, 'x\u0000 -1 ¿ "\\\n{}\n: :\n']))],
    ['half of it', Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text.slice(0, text.length / 2)]))],
  ])('%s gives text that a scraper takes', async (_, own) => {
    const { families } = await open(
      [shipped('system-stats-monitor.json'), shipped('net-cgroup-system-stats-monitor.json')],
      own,
    ).scrape();

    for (const { samples } of families.values()) for (const one of samples.values()) expect(one).not.toBeNaN();
  });

  it('gives no text without a file that asks', async () => {
    expect((await open([]).scrape()).families.size).toBe(0);
  });
});

it('has all processors of a large node', async () => {
  const cpus = Array.from({ length: 256 }, (_, index) => `cpu${index} 1 1 1 1 1 1 1 1 1 1`).join('\n');
  const { families } = await open([shipped('system-stats-monitor.json')], { '/proc/stat': `cpu 1\n${cpus}\n` }).scrape();

  expect(families.get('system_cpu_stat')?.samples.size).toBe(2560);
});
