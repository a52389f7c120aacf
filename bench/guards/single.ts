import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LabHost } from '../../test/lab/host.ts';
import type { Lab } from '../../test/lab/lab.ts';
import { waitFor } from '../../test/lab/wait.ts';
import { statusOf, untilCalm } from '../repairs/agent-on-host.ts';
import type { GuardCase } from './run.ts';

const annotate = (annotation: string) => ({
  begin: async (host: LabHost, lab: Lab) => {
    await lab.kubectl(['annotate', 'node', host.name, annotation, '--overwrite']);
  },
  end: async (host: LabHost, lab: Lab) => {
    await lab.kubectl(['annotate', 'node', host.name, `${annotation.split('=')[0]}-`]);
  },
});

const write = (host: LabHost, path: string, text: string) => writeFileSync(join(host.root, path), text);
const remove = (host: LabHost, path: string) => rmSync(join(host.root, path), { force: true });

/** A process beside the host's own, for as long as the case lasts. */
function runs(name: string, argv: readonly string[], prepare?: (host: LabHost) => Promise<unknown>) {
  let pid: number | undefined;
  return {
    begin: async (host: LabHost) => {
      await prepare?.(host);
      pid = await host.start(name, argv);
    },
    end: async () => {
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    },
  };
}

const WATCHDOG = 'etc/systemd/system/kubelet.service.d/90-watchdog.conf';

/** A remedy runs, and helps: the ledger has it from now on. */
async function repaired(host: LabHost): Promise<void> {
  await host.sh('systemctl kill -s STOP --kill-who=main docker');
  await waitFor('the repair', async () => (statusOf(host)?.lastRemedy?.outcome === 'succeeded' ? true : undefined), {
    timeoutMs: 120_000,
    everyMs: 1000,
  });
}

const RUNTIME = (settings: string) => `remedies: { restart-runtime: { ${settings} } }\n`;

/** Each alone holds a restart of a hung docker. The order matters where `goesOn` says so. */
export const singleCases: readonly GuardCase[] = [
  {
    name: 'paused-file',
    guard: 'paused',
    done: 'file /etc/nodemend/pause: "storage upgrade"',
    begin: async (host) => write(host, 'etc/nodemend/pause', 'storage upgrade\n'),
    end: async (host) => remove(host, 'etc/nodemend/pause'),
  },
  {
    name: 'paused-annotation',
    guard: 'paused',
    done: 'kubectl annotate node … nodemend.io/pause=true',
    ...annotate('nodemend.io/pause=true'),
  },
  { name: 'mode-config', guard: 'mode', done: 'configuration mode: observe', config: 'mode: observe\n' },
  {
    name: 'mode-annotation',
    guard: 'mode',
    done: 'kubectl annotate node … nodemend.io/mode=observe',
    ...annotate('nodemend.io/mode=observe'),
  },
  {
    name: 'human-cordon',
    guard: 'human',
    done: 'kubectl cordon',
    begin: async (host, lab) => void (await lab.kubectl(['cordon', host.name])),
    end: async (host, lab) => void (await lab.kubectl(['uncordon', host.name])),
  },
  {
    name: 'human-stop',
    guard: 'human',
    done: 'systemctl stop docker; class workload allowed',
    config: RUNTIME('disruption: workload'),
    hang: async (host) => void (await host.sh('systemctl stop docker.socket docker')),
    end: async (host) => void (await host.sh('systemctl start docker.socket docker')),
  },
  {
    name: 'other-repairer-kured',
    guard: 'other-repairer',
    done: "kured's annotation weave.works/kured-reboot-in-progress on the Node",
    ...annotate('weave.works/kured-reboot-in-progress=2026-01-01T00:00:00Z'),
  },
  {
    name: 'other-repairer-autoscaler',
    guard: 'other-repairer',
    done: 'taint ToBeDeletedByClusterAutoscaler on the Node',
    begin: async (host, lab) =>
      void (await lab.kubectl(['taint', 'node', host.name, 'ToBeDeletedByClusterAutoscaler=1:PreferNoSchedule'])),
    end: async (host, lab) => void (await lab.kubectl(['taint', 'node', host.name, 'ToBeDeletedByClusterAutoscaler-'])),
  },
  {
    name: 'packages',
    guard: 'packages',
    done: 'a process holds the lock /var/lib/dpkg/lock',
    ...runs('dpkg-lock', ['flock', '--close', '/var/lib/dpkg/lock', 'sleep', '600']),
  },
  {
    name: 'wrong-node',
    guard: 'wrong-node',
    done: "another /etc/machine-id than the Node's",
    begin: async (host) =>
      void (await host.sh('echo 0123456789abcdef0123456789abcdef > /run/other-id && mount --bind /run/other-id /etc/machine-id')),
    end: async (host) => void (await host.sh('umount /etc/machine-id')),
  },
  {
    name: 'pending-change',
    guard: 'pending-change',
    done: '/etc/docker/daemon.json written after dockerd was started',
    begin: async (host) => void (await host.sh('touch /etc/docker/daemon.json')),
    end: async (host) => void (await host.sh('systemctl restart docker')),
  },
  {
    name: 'starting',
    guard: 'starting',
    done: 'docker was restarted a minute ago',
    atOnce: true,
    begin: async (host) => {
      await host.sh('systemctl restart docker');
      await sleep(30_000);
    },
  },
  {
    name: 'never-healthy',
    guard: 'never-healthy',
    done: 'docker hung from its start; the agent was started later',
    atOnce: true,
    hang: async (host) => {
      await host.sh('systemctl stop nodemend; systemctl restart docker; systemctl kill -s STOP --kill-who=main docker');
      await sleep(125_000);
      await host.sh('systemctl start nodemend');
    },
  },
  {
    name: 'other-repairer-watchdog',
    guard: 'other-repairer',
    done: 'WatchdogSec=20min on kubelet.service, kubelet hung',
    problem: 'KubeletUnhealthy',
    unit: 'kubelet',
    prepare: async (host) => {
      write(host, WATCHDOG, '[Service]\nWatchdogSec=20min\n');
      await host.sh('systemctl daemon-reload; systemctl restart kubelet');
    },
    hang: async (host) => void (await host.sh('systemctl kill -s STOP --kill-who=main kubelet')),
    end: async (host) => {
      remove(host, WATCHDOG);
      await host.sh('systemctl kill -s CONT --kill-who=main kubelet; systemctl daemon-reload; systemctl restart kubelet');
    },
  },
  {
    name: 'cooldown',
    guard: 'cooldown',
    done: 'it was restarted 2 to 4 minutes ago; cooldown 10m',
    config: RUNTIME('cooldown: 10m'),
    begin: async (host, lab) => {
      await repaired(host);
      await untilSettled(host, lab);
    },
  },
  {
    name: 'attempts',
    guard: 'attempts',
    done: 'it was restarted 2 to 4 minutes ago; attempts: 1',
    config: RUNTIME('cooldown: 1s, attempts: 1'),
    begin: async (host, lab) => {
      await repaired(host);
      await untilSettled(host, lab);
    },
  },
  {
    name: 'fleet-budget-local',
    guard: 'fleet-budget',
    done: "it was restarted 2 to 4 minutes ago; the kubelet's identity has no right on Leases",
    config: RUNTIME('cooldown: 1s'),
    begin: async (host, lab) => {
      await repaired(host);
      await untilSettled(host, lab);
    },
  },
  {
    name: 'no-ledger',
    guard: 'no-ledger',
    done: '/var/lib/nodemend read-only; docker was restarted once in this boot',
    config: RUNTIME('cooldown: 1s'),
    begin: async (host) => {
      await host.sh('systemctl stop nodemend; mount -t tmpfs -o ro none /var/lib/nodemend; systemctl start nodemend');
      await sleep(30_000);
      await repaired(host);
      // Never calm: that the ledger is lost is a problem, too.
      await sleep(130_000);
    },
    end: async (host) =>
      void (await host.sh(
        'systemctl stop nodemend; umount /var/lib/nodemend; rm -rf /run/nodemend/ledger; systemctl start nodemend',
      )),
  },
  ...withoutLiveRestore([
    { name: 'mode-class', guard: 'mode', done: 'live-restore off: the restart would be of class workload' },
    {
      name: 'window',
      guard: 'window',
      done: 'class workload allowed; guards.windows: another time of the year',
      config: `${RUNTIME('disruption: workload')}guards: { windows: [ { cron: "0 3 1 1 *", duration: 1h } ] }\n`,
    },
    {
      name: 'control-plane',
      guard: 'control-plane',
      done: 'class workload allowed; a process named etcd runs on the host',
      config: RUNTIME('disruption: workload'),
      ...runs('etcd', ['/usr/local/bin/etcd', '900'], (host) => host.sh('cp /usr/bin/sleep /usr/local/bin/etcd')),
    },
    {
      name: 'fleet-budget-workload',
      guard: 'fleet-budget',
      done: "class workload allowed; the kubelet's identity knows no other node",
      config: RUNTIME('disruption: workload'),
    },
  ]),
];

/** Once for all of them: the first switches it off, the last on again. */
function withoutLiveRestore(cases: readonly GuardCase[]): readonly GuardCase[] {
  const set = (value: boolean) => async (host: LabHost) => {
    await host.sh(
      `sed -i 's/"live-restore": [a-z]*/"live-restore": ${value}/' /etc/docker/daemon.json && systemctl restart docker`,
    );
  };
  return cases.map((one, at) => ({
    ...one,
    ...(at === 0 ? { prepare: set(false) } : {}),
    ...(at < cases.length - 1
      ? {}
      : {
          end: async (host: LabHost, lab: Lab) => {
            await one.end?.(host, lab);
            await set(true)(host);
          },
        }),
  }));
}

const untilSettled = (host: LabHost, lab: Lab) => untilCalm(host, lab, 400_000);
