import type { FailoverPod } from '../model/failover.ts';
import type { Outlook, PodOutlook } from './report.ts';
import type { Timing } from './timing.ts';
import { isDefault, NOT_READY, UNREACHABLE, withTolerationSeconds } from './toleration.ts';

/** What to type, and why. */
export interface FailoverAdvice {
  readonly text: string;
  readonly commands: readonly string[];
}

/** Short enough for a service, long enough for a kubelet that is restarted. */
const QUICK = 30;

/** What has a pod template that can be patched: the Deployment stands above the ReplicaSet. */
function templateOwner({ controller }: FailoverPod): string | undefined {
  if (controller.above !== undefined) return controller.above;
  return /^(ReplicaSet|ReplicationController|StatefulSet)$/.test(controller.kind) ? controller.name : undefined;
}

function patchCommand(pod: FailoverPod, owner: string, count: number): string {
  const tolerations = withTolerationSeconds(pod.tolerations, count);
  const patch = JSON.stringify({ spec: { template: { spec: { tolerations } } } });
  return `kubectl -n ${pod.namespace} patch ${owner.toLowerCase()} --type=merge -p '${patch.replaceAll("'", `'\\''`)}'`;
}

function nobodyChose({ pod }: PodOutlook, { notReadyToleration, unreachableToleration }: Timing): boolean {
  const { tolerations } = pod;
  return (
    isDefault(tolerations, UNREACHABLE, unreachableToleration.value) &&
    isDefault(tolerations, NOT_READY, notReadyToleration.value)
  );
}

function once(pods: readonly PodOutlook[], command: (outlook: PodOutlook, owner: string) => string): readonly string[] {
  return [
    ...new Set(
      pods.flatMap((outlook) => {
        const owner = templateOwner(outlook.pod);
        return owner === undefined ? [] : [command(outlook, owner)];
      }),
    ),
  ];
}

/** Stateless pods that wait as long as the API server's default says, because nobody said otherwise. */
function fasterForStateless({ pods }: Outlook, timing: Timing): readonly FailoverAdvice[] {
  const slow = pods.filter(
    (outlook) =>
      outlook.fate.replacement.kind === 'at' &&
      outlook.writers.risk === 'none' &&
      timing.unreachableToleration.value > QUICK &&
      nobodyChose(outlook, timing),
  );
  const commands = once(slow, ({ pod }, owner) => patchCommand(pod, owner, QUICK));
  if (commands.length === 0) return [];
  return [
    {
      text: `nobody chose ${timing.unreachableToleration.value} s for these, and they have nothing to lose; this makes it ${QUICK} s (and rolls their pods out anew)`,
      commands,
    },
  ];
}

/** Pods that may become two: better none than two. */
function slowerForWriters({ pods }: Outlook): readonly FailoverAdvice[] {
  const endangered = pods.filter(({ writers }) => writers.risk === 'two-writers' || writers.risk === 'split');
  const commands = once(endangered, ({ pod }, owner) => patchCommand(pod, owner, 86_400));
  if (commands.length === 0) return [];
  return [
    {
      text: 'these write to data of a single writer: give the node a day to come back before a second one starts (rolls their pods out anew), or make them a StatefulSet',
      commands,
    },
  ];
}

/** How a dead node is closed off, so that what waits for it may go on. */
function fence(node: string, { pods }: Outlook, { release }: Timing): readonly FailoverAdvice[] {
  const waiting = pods.filter(({ fate, writers }) => fate.replacement.kind === 'waits' || writers.risk !== 'none');
  if (waiting.length === 0) return [];
  const commands = release.hasOutOfService
    ? [
        `kubectl taint nodes ${node} node.kubernetes.io/out-of-service=nodeshutdown:NoExecute`,
        `kubectl taint nodes ${node} node.kubernetes.io/out-of-service-   # when it is back`,
      ]
    : [`kubectl delete node ${node}   # the kubelet registers it again`];
  const what = release.hasOutOfService
    ? 'its pods are removed, and their volumes detached at once'
    : 'this version has no out-of-service taint: its pods are removed within two minutes, their volumes detached after 6 minutes';
  return [
    {
      text: `only when the machine is off, by its power switch and not by its silence: ${what}`,
      commands,
    },
  ];
}

/** Pure: what to type. */
export function adviceOf(node: string, outlook: Outlook, timing: Timing): readonly FailoverAdvice[] {
  return [...fasterForStateless(outlook, timing), ...slowerForWriters(outlook), ...fence(node, outlook, timing)];
}
