import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openPlugins } from '../../../agent/plugins/plugins.ts';
import type { PluginCall } from '../../../agent/plugins/run-plugin.ts';
import { kubeletHealth } from '../../../lib/checks/kubelet-health.ts';
import type { HostView } from '../../../lib/host/host.ts';
import { fault, pass, unknown } from '../../../lib/model/finding.ts';
import { counterMonitors } from '../../../lib/monitors/config/log-counter.ts';
import { parseMonitorFile } from '../../../lib/monitors/config/monitor-file.ts';
import type { PluginMonitor } from '../../../lib/monitors/config/plugin-monitor.ts';
import type { PluginEnd } from '../../../lib/monitors/plugins/output.ts';
import { kubeletUnhealthy } from '../../../lib/problems/kubelet-unhealthy.ts';
import type { EventRecord } from '../../../lib/reporters/event-records.ts';
import { fakeNode } from '../../fakes/node.ts';

const directory = join(import.meta.dirname, '../../fixtures/npd/config');

function shipped(name: string): PluginMonitor {
  const parsed = parseMonitorFile(name, readFileSync(join(directory, name), 'utf8'));
  return parsed.kind === 'valid' && parsed.monitor.kind === 'plugin' ? parsed.monitor : expect.fail(name);
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Every program ends as `answer` says; each sleep is ended by `again`. */
function open(monitors: readonly PluginMonitor[], answer: (call: PluginCall) => PluginEnd, enabled = true) {
  const sleeps: (() => void)[] = [];
  const base = fakeNode({});
  const host: HostView = {
    ...base,
    clock: {
      ...base.clock,
      sleep: (_, signal) =>
        new Promise((resolve, reject) => {
          sleeps.push(resolve);
          signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
        }),
    },
  };
  const [events, calls]: [EventRecord[], PluginCall[]] = [[], []];
  let changes = 0;
  const stop = new AbortController();
  const silent = () => undefined;
  const plugins = openPlugins({
    host,
    monitors,
    log: { info: silent, warn: silent, error: silent } as never,
    random: () => 0.5,
    ownTypes: new Set(['KubeletUnhealthy', 'ContainerRuntimeUnhealthy']),
    enabled: () => enabled,
    async runOne(call) {
      calls.push(call);
      return answer(call);
    },
  });
  const ended = plugins.run({ say: (event) => events.push(event), changed: () => changes++ }, stop.signal);
  return {
    plugins,
    calls,
    said: () => events.splice(0).map(({ type, reason, message }) => `${type} ${reason} ${message}`),
    changes: () => changes,
    words: () =>
      plugins.words().map((word) => ('reason' in word ? `${word.type} ${word.status} ${word.reason}` : `${word.type} waits`)),
    async again() {
      for (const wake of sleeps.splice(0)) wake();
      await settled();
    },
    async close() {
      stop.abort();
      await ended;
    },
  };
}

const exited = (code: number, output = ''): PluginEnd => ({ kind: 'exited', code, output });

describe('custom-plugin-monitor.json', () => {
  it('has its condition at the start, sets it, says so, and takes it back', async () => {
    let end = exited(1, 'ntp.service is not running\n');
    const { plugins, calls, said, words, again, close } = open([shipped('custom-plugin-monitor.json')], () => end);
    expect(words()).toEqual(['NTPProblem False NTPIsUp']);
    expect(plugins.words()).toMatchObject([{ isFirst: true }]);

    await again();
    // The problem itself is told with its life.
    expect(said()).toEqual(['Warning NTPIsDown ntp.service is not running']);
    expect(words()).toEqual(['NTPProblem True NTPIsDown']);
    expect(plugins.conditions()).toMatchObject({
      words: [{ status: 'True', message: 'ntp.service is not running' }],
      silent: [],
    });

    end = { kind: 'timed-out', output: '' };
    await again();
    const timeout = 'Timeout when running plugin "./config/plugin/check_ntp.sh": state - signal: kill';
    expect(said()).toEqual([
      `Warning NTPIsDown ${timeout}`,
      `Normal NTPIsUp Node condition NTPProblem is now: Unknown, reason: NTPIsUp, message: ${JSON.stringify(timeout)}`,
    ]);

    end = exited(0, 'ntp.service is running');
    await again();
    expect(words()).toEqual(['NTPProblem False NTPIsUp']);
    expect(Object.fromEntries(plugins.figures().counters)).toEqual({ NTPIsDown: 3 });
    // One run served both of its rules.
    expect(calls.length).toBe(3);
    await close();
  });

  it('is Unknown, and no event of its reason, where its program is not there', async () => {
    const why = '/etc/nodemend/monitors/config/plugin/check_ntp.sh: does not exist';
    const { plugins, said, again, words, close } = open([shipped('custom-plugin-monitor.json')], () => ({
      kind: 'not-run',
      why,
    }));

    await again();
    await again();

    expect(words()).toEqual(['NTPProblem Unknown NTPIsUp']);
    expect(said()).toEqual([expect.stringContaining('Normal NTPIsUp Node condition NTPProblem is now: Unknown')]);
    expect(plugins.conditions()).toMatchObject({ silent: [{ path: './config/plugin/check_ntp.sh', why }] });
    expect(plugins.figures().counters.get('NTPIsDown')).toBe(0);
    await close();
  });

  it('is not run, and its condition is not there, where the check is switched off', async () => {
    const { calls, words, again, close } = open([shipped('custom-plugin-monitor.json')], () => exited(1), false);
    await again();

    expect([calls, words()]).toEqual([[], []]);
    await close();
  });

  it('holds back a flood of events, and counts them all', async () => {
    const { plugins, said, again, close } = open([shipped('custom-plugin-monitor.json')], () => exited(1, 'down'));
    for (let index = 0; index < 100; index++) await again();

    expect(said().length).toBe(25);
    expect(plugins.figures().counters.get('NTPIsDown')).toBe(101);
    await close();
  });
});

describe('health-checker', () => {
  const files = ['health-checker-kubelet.json', 'health-checker-docker.json', 'health-checker-containerd.json'];

  it('is never run, and its condition is our own check’s', async () => {
    const { plugins, calls, said, words, again, close } = open(files.map(shipped), () => expect.fail('it was run'));
    await again();

    plugins.observe({ check: kubeletHealth, findings: [unknown('nobody answers')], took: 1 });

    expect([calls, words(), plugins.conditions()]).toEqual([[], [], { kind: 'agent', plugins: 0, words: [], silent: [] }]);
    expect(said()).toEqual([]);
    await close();
  });

  it('has its metrics from what our check says', async () => {
    const { plugins, close } = open(files.map(shipped), () => exited(0));
    const said = (value: 0 | 1) => ({ type: 'KubeletUnhealthy', reason: 'KubeletUnhealthy', value });
    expect(plugins.figures().gauges).toContainEqual(said(0));

    const hung = fault(kubeletUnhealthy, 'KubeletHung', 'it hangs');
    for (const findings of [[hung], [hung], [pass('it answers')], [hung]]) {
      plugins.observe({ check: kubeletHealth, findings, took: 1 });
    }

    expect(plugins.figures().gauges).toContainEqual(said(1));
    expect(plugins.figures().counters.get('KubeletUnhealthy')).toBe(2);
    expect(plugins.figures().counters.get('DockerUnhealthy')).toBe(0);
    await close();
  });

  it('may serve a condition of another name, and then says it', async () => {
    const monitor = shipped('health-checker-kubelet.json');
    const rules = monitor.rules.map((rule) => ({ ...rule, condition: 'MyKubelet' }));
    const mine = { ...monitor, rules, conditions: [{ type: 'MyKubelet', reason: 'Fine', message: 'fine' }] };
    const { plugins, words, changes, close } = open([mine], () => exited(0));
    const before = changes();

    plugins.observe({ check: kubeletHealth, findings: [fault(kubeletUnhealthy, 'KubeletHung', 'it hangs')], took: 1 });

    expect(words()).toEqual(['MyKubelet True KubeletUnhealthy']);
    expect(changes()).toBe(before + 1);
    await close();
  });

  it('of a daemon that nobody looks at is Unknown', async () => {
    const { words, close } = open([shipped('windows-health-checker-kubeproxy.json')], () => exited(0));
    await settled();

    expect(words()).toEqual(['KubeProxyUnhealthy Unknown KubeProxyIsHealthy']);
    await close();
  });
});

describe('every plugin file that node-problem-detector ships', () => {
  const parsed = readdirSync(directory).map((name) => parseMonitorFile(name, readFileSync(join(directory, name), 'utf8')));
  const plugins = parsed.flatMap((one) => (one.kind === 'valid' && one.monitor.kind === 'plugin' ? [one.monitor] : []));

  it.each(plugins.map((monitor) => [monitor.file, monitor] as const))('%s behaves', async (_, monitor) => {
    const { plugins: opened, calls, again, close } = open([monitor], () => exited(1, 'boom'));
    await again();

    const run = monitor.rules.filter(({ builtin }) => builtin === undefined);
    expect(new Set(calls.map(({ path }) => path))).toEqual(new Set(run.map(({ path }) => path)));
    const counted = counterMonitors(monitor).flatMap(({ rules }) => rules.map(({ reason }) => reason));
    expect([...opened.figures().counters.keys(), ...counted].sort()).toEqual(
      [...new Set(monitor.rules.map(({ reason }) => reason))].sort(),
    );
    await close();
  });

  it('are these', () => {
    expect(plugins.map(({ file }) => file)).toEqual([
      'custom-plugin-monitor.json',
      'docker-monitor-counter.json',
      'health-checker-containerd.json',
      'health-checker-docker.json',
      'health-checker-kubelet.json',
      'iptables-mode-monitor.json',
      'kernel-monitor-counter.json',
      'network-problem-monitor.json',
      'systemd-monitor-counter.json',
      'windows-defender-monitor.json',
      'windows-health-checker-containerd.json',
      'windows-health-checker-docker.json',
      'windows-health-checker-kubelet.json',
      'windows-health-checker-kubeproxy.json',
    ]);
  });
});
