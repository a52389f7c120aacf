import { formatDuration } from '../model/quantity.ts';
import { seconds } from '../model/units.ts';
import { type Outlook, podName } from './report.ts';
import { renewInterval, type Timing } from './timing.ts';

/** What is to be said about the settings. `notice`: a choice that somebody should have made. */
export interface SettingVerdict {
  readonly id: string;
  readonly verdict: 'pass' | 'notice' | 'warn';
  readonly message: string;
  readonly advice: readonly string[];
}

/** Fewer lost heartbeats than this are everyday: an API server restarts, a packet is lost. */
const FEWEST = 4;

const text = formatDuration;
const pass = (id: string, message: string): SettingVerdict => ({ id, verdict: 'pass', message, advice: [] });

function flagAdvice(name: string, value: string): readonly string[] {
  return [
    `on every control plane node: sed -i '/--${name}=/d; s|^\\( *\\)- kube-controller-manager$|&\\n\\1- --${name}=${value}|' /etc/kubernetes/manifests/kube-controller-manager.yaml`,
  ];
}

/** Whole seconds, rounded up to a multiple of ten. */
const roundUp = (duration: number): number => Math.ceil(duration / seconds(10)) * seconds(10);

function graceAndHeartbeats(timing: Timing): SettingVerdict {
  const { gracePeriod, leaseDuration } = timing;
  const every = renewInterval(timing);
  const count = Math.floor(gracePeriod.value / every);
  const message = `node-monitor-grace-period ${text(gracePeriod.value)} is ${count} × the Lease's renewal every ${text(every)}`;
  if (count >= FEWEST) return pass('grace-heartbeats', message);
  return {
    id: 'grace-heartbeats',
    verdict: 'warn',
    message: `${message}: ${Math.max(0, count - 1)} lost in a row make a healthy node Unknown; at least ${FEWEST} ×`,
    advice: [
      ...flagAdvice('node-monitor-grace-period', text(roundUp(every * (FEWEST + 1)))),
      `or renew more often: nodeLeaseDurationSeconds: ${Math.max(4, Math.floor(gracePeriod.value / 1000))} instead of ${leaseDuration.value / 1000} in the kubelet's configuration, then systemctl restart kubelet`,
    ],
  };
}

function leaseAndGrace({ gracePeriod, leaseDuration }: Timing): SettingVerdict {
  const message = `nodeLeaseDurationSeconds ${text(leaseDuration.value)}, node-monitor-grace-period ${text(gracePeriod.value)}`;
  if (leaseDuration.value <= gracePeriod.value) return pass('lease-duration', message);
  return {
    id: 'lease-duration',
    verdict: 'warn',
    message: `${message}: the node is given up before its Lease has run out`,
    advice: [
      `nodeLeaseDurationSeconds: ${Math.floor(gracePeriod.value / 1000)} in the kubelet's configuration, then systemctl restart kubelet`,
    ],
  };
}

function statusAndGrace({ gracePeriod, statusUpdateFrequency }: Timing): SettingVerdict {
  const count = Math.floor(gracePeriod.value / statusUpdateFrequency.value);
  const message = `node-monitor-grace-period ${text(gracePeriod.value)} is ${count} × nodeStatusUpdateFrequency ${text(statusUpdateFrequency.value)}`;
  if (count >= FEWEST) return pass('grace-status', message);
  return {
    id: 'grace-status',
    verdict: 'notice',
    message: `${message}: a change of the node's health is told late; at least ${FEWEST} ×`,
    advice: [
      `nodeStatusUpdateFrequency: ${text(Math.max(seconds(1), Math.floor(gracePeriod.value / 5000) * 1000))} in the kubelet's configuration, then systemctl restart kubelet`,
    ],
  };
}

function graceAndPeriod({ gracePeriod, monitorPeriod }: Timing): SettingVerdict {
  const message = `node-monitor-period ${text(monitorPeriod.value)}, node-monitor-grace-period ${text(gracePeriod.value)}`;
  if (monitorPeriod.value * 2 <= gracePeriod.value) return pass('monitor-period', message);
  return {
    id: 'monitor-period',
    verdict: 'warn',
    message: `${message}: the controller manager looks too seldom for that grace; at most half of it`,
    advice: flagAdvice('node-monitor-period', text(Math.max(seconds(1), Math.floor(gracePeriod.value / 4000) * 1000))),
  };
}

function graceAndConnection({ gracePeriod, release }: Timing): SettingVerdict {
  const check = release.connectionCheck;
  const grace = text(gracePeriod.value);
  if (check === undefined) {
    const message = `a kubelet of this version may hold on to a dead connection for a quarter of an hour, node-monitor-grace-period is ${grace}`;
    return { id: 'grace-connection', verdict: 'notice', message, advice: [] };
  }
  if (gracePeriod.value > check)
    return pass(
      'grace-connection',
      `node-monitor-grace-period ${grace} outlasts a dead connection, which a kubelet notices in ${text(check)}`,
    );
  return {
    id: 'grace-connection',
    verdict: 'notice',
    message: `node-monitor-grace-period ${grace} is over before a kubelet notices a dead connection (${text(check)}): a lost packet path or a restarted load balancer can make a healthy node Unknown`,
    advice: flagAdvice('node-monitor-grace-period', '50s'),
  };
}

function taintQueue({ version, release }: Timing): readonly SettingVerdict[] {
  const cure = release.taintQueueCure;
  if (cure === undefined) return [];
  return [
    {
      id: 'taint-queue',
      verdict: 'warn',
      message: `controller managers of ${version} may taint a dead node late or never, once any node was not Ready since their start (kubernetes#94183): then no pod is moved`,
      advice: [
        `upgrade the control plane to ${cure}`,
        'until then, while all nodes are Ready, on the leading control plane node: kill $(pidof kube-controller-manager)   # the kubelet starts it again, with an empty queue',
      ],
    },
  ];
}

function zoneStops({ zone }: Outlook): readonly SettingVerdict[] {
  if (zone.kind !== 'stops') return [];
  const message = `nothing would be moved: ${zone.why}`;
  return [{ id: 'eviction-stops', verdict: 'notice', message, advice: [] }];
}

function twoWriters({ pods }: Outlook): readonly SettingVerdict[] {
  return pods
    .filter(({ writers }) => writers.risk === 'two-writers')
    .map(({ pod, writers }) => ({
      id: 'two-writers',
      verdict: 'warn' as const,
      message: `${podName(pod)}: ${writers.message}, from ${text(writers.from?.earliest ?? 0)} after the last heartbeat`,
      advice: [],
    }));
}

/** Pure: the settings, each by the rule it is there for. */
export function judgeSettings(timing: Timing, outlook: Outlook): readonly SettingVerdict[] {
  return [
    graceAndHeartbeats(timing),
    leaseAndGrace(timing),
    statusAndGrace(timing),
    graceAndPeriod(timing),
    graceAndConnection(timing),
    ...taintQueue(timing),
    ...zoneStops(outlook),
    ...twoWriters(outlook),
  ];
}
