import { layoutOfUnit } from '../lib/checks/kubelet/advice.ts';
import type { GuardedNode, GuardFacts, Starvation } from '../lib/model/guard.ts';
import { present } from '../lib/model/present.ts';
import type { FactOf } from '../lib/model/source.ts';
import { type NodeSwitches, parseNodeSwitches } from '../lib/policy/node-switches.ts';
import type { ApiFact } from '../lib/sources/cluster/api-fact.ts';
import { type NodeObject, nodeObject } from '../lib/sources/cluster/node-object.ts';
import { nodePods, podsToMiss } from '../lib/sources/cluster/node-pods.ts';
import { nodeState } from '../lib/sources/cluster/node-state.ts';
import { otherRepairers } from '../lib/sources/cluster/other-repairers.ts';
import { hostIdentity } from '../lib/sources/host/host-identity.ts';
import { type ManagedUnits, managedUnits } from '../lib/sources/host/managed-units.ts';
import { packageWork } from '../lib/sources/host/package-work.ts';
import { pendingChanges } from '../lib/sources/host/pending-changes.ts';
import { type Pressure, pressure } from '../lib/sources/host/pressure.ts';
import { systemState } from '../lib/sources/host/system-state.ts';
import { type KubeletProcess, kubeletProcess } from '../lib/sources/kubelet/kubelet-process.ts';
import { runtimeShims } from '../lib/sources/runtime/runtime-shims.ts';
import { readControlPlane } from './control-plane.ts';

function toStarvation({ stall, runnable, blocked, processors }: Pressure): Starvation {
  const measured = stall.kind === 'measured' ? stall : undefined;
  return {
    ...present('cpuSome', measured?.cpu.some.avg10),
    ...present('memoryFull', measured?.memory.full?.avg10),
    ...present('ioFull', measured?.io.full?.avg10),
    ...present('runnable', runnable),
    ...present('blocked', blocked),
    ...present('processors', processors),
  };
}

function toNode(fact: ApiFact<NodeObject> | undefined): GuardedNode | undefined {
  return fact?.kind === 'found' ? fact.value : undefined;
}

/** The pods are asked for where there is a cordon, and nowhere else. */
async function drainedOf(node: ApiFact<NodeObject> | undefined, factOf: FactOf): Promise<boolean | undefined> {
  if (node?.kind !== 'found' || !node.value.unschedulable) return undefined;
  const pods = await factOf(nodePods);
  return pods?.kind === 'found' ? podsToMiss(pods.value).length === 0 : undefined;
}

const layoutIn = (kubelet: KubeletProcess) => (kubelet.kind === 'running' ? kubelet.layout : layoutOfUnit(kubelet.unit));

/** What guards judge by, read in one go. `before`: the switches on the Node when it could last be read. */
export async function readFacts(
  factOf: FactOf,
  before: NodeSwitches | undefined,
): Promise<GuardFacts & { readonly managed: ManagedUnits | undefined }> {
  const [state, system, pressed, managed, pending, packages, repairers, node, host, controlPlane, kubelet, shims] =
    await Promise.all([
      factOf(nodeState),
      factOf(systemState),
      factOf(pressure),
      factOf(managedUnits),
      factOf(pendingChanges),
      factOf(packageWork),
      factOf(otherRepairers),
      factOf(nodeObject),
      factOf(hostIdentity),
      readControlPlane(factOf),
      factOf(kubeletProcess),
      factOf(runtimeShims),
    ]);
  const switches = node?.kind === 'found' ? parseNodeSwitches(node.value.annotations, node.at) : before;
  const pause = state?.pause ?? switches?.paused;
  return {
    managed,
    ...present('uptime', state?.uptime),
    ...(pause === undefined ? {} : { pause: { reason: pause.reason, ...present('until', pause.until) } }),
    ...present('observing', switches?.observe),
    ...present('systemState', system),
    ...present('starvation', pressed === undefined ? undefined : toStarvation(pressed)),
    ...present('units', managed?.kind === 'units' ? managed.units : undefined),
    ...present('pending', pending),
    ...present('packages', packages),
    ...present('repairers', repairers),
    ...present('node', toNode(node)),
    ...present('drained', await drainedOf(node, factOf)),
    ...present('host', host),
    ...present('layout', kubelet === undefined ? undefined : layoutIn(kubelet)),
    ...present(
      'blockedShims',
      shims?.filter(({ state }) => state === 'D'),
    ),
    ...present('controlPlane', controlPlane),
  };
}
