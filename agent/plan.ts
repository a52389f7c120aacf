import type { AgentConfig } from '../lib/config/schema.ts';
import type { Fault } from '../lib/model/finding.ts';
import { present } from '../lib/model/present.ts';
import type { Plan, PlanContext, Refusal, Remedy, TargetContainer, TargetKubelet } from '../lib/model/remedy.ts';
import type { FactOf } from '../lib/model/source.ts';
import { type ManagedUnits, managedUnits } from '../lib/sources/host/managed-units.ts';
import { packageTool } from '../lib/sources/host/package-tool.ts';
import { kubeletProcess } from '../lib/sources/kubelet/kubelet-process.ts';
import { type ContainerReference, describeReference } from '../lib/sources/runtime/container-reference.ts';
import { criContainers } from '../lib/sources/runtime/cri-containers.ts';
import { dockerContainers } from '../lib/sources/runtime/docker-containers.ts';
import { runtimeEndpoint } from '../lib/sources/runtime/runtime-endpoint.ts';
import { type ShimHolding, shimHoldings } from '../lib/sources/runtime/shim-holdings.ts';
import { reclaimTargets } from './disk/reclaim-targets.ts';
import { thresholdTarget } from './disk/threshold-target.ts';
import { moveTarget } from './drain-remedy/settings.ts';
import { rebootSettings } from './reboot/settings.ts';

/** The container a problem names: by its subject, and by the short id in its message where attempts share the name. */
export function containerOf(fault: Fault, containers: readonly ContainerReference[]): ContainerReference | undefined {
  const named = containers.filter((container) => describeReference(container) === fault.subject);
  return named.find(({ id }) => fault.message.includes(id.slice(0, 12))) ?? (named.length === 1 ? named[0] : undefined);
}

/** The shim whose children are in the container's group; for one without processes, the shim that says it holds it. */
export function holderOf(id: string, shims: readonly ShimHolding[]): TargetContainer | undefined {
  const shim =
    shims.find(({ groups }) => groups.some(({ container }) => container === id)) ?? shims.find(({ holds }) => holds === id);
  if (shim === undefined) return undefined;
  const { pid, startTicks, holds, groups } = shim;
  return { id, shim: { pid, startTicks }, holds, groups };
}

async function targetContainer(fault: Fault, factOf: FactOf): Promise<TargetContainer | undefined> {
  const [docker, cri, shims = []] = await Promise.all([factOf(dockerContainers), factOf(criContainers), factOf(shimHoldings)]);
  const lists = [docker, cri].flatMap((list) => (list?.kind === 'asked' ? list.containers : []));
  const container = containerOf(fault, lists);
  return container === undefined ? undefined : holderOf(container.id, shims);
}

async function targetKubelet(managed: ManagedUnits | undefined, factOf: FactOf): Promise<TargetKubelet | undefined> {
  const kubelet = await factOf(kubeletProcess);
  if (kubelet === undefined || (kubelet.kind === 'absent' && !kubelet.installed)) return undefined;
  const unit = managed?.kind === 'units' && managed.kubelet !== undefined ? managed.units[managed.kubelet] : undefined;
  const isRunning = kubelet.kind === 'running';
  return {
    layout: isRunning ? kubelet.layout : 'systemd',
    frozen: !isRunning || kubelet.state === 'T' || kubelet.state === 't',
    ...(unit === undefined ? {} : { unit }),
  };
}

const MOVES = ['cordon', 'drain', 'uncordon'];

/** Plans a remedy from facts that were read for it, not from those that raised the problem. */
export async function planRemedy(
  remedy: Remedy,
  { fault, node, config }: Pick<PlanContext, 'fault' | 'node'> & { readonly config?: AgentConfig },
  factOf: FactOf,
): Promise<Plan | Refusal> {
  if (remedy.plan === undefined) return { kind: 'refusal', why: `this version does not carry out ${remedy.id}` };
  const managed = await factOf(managedUnits);
  const [endpoint, kubelet, container] = await Promise.all([
    factOf(runtimeEndpoint),
    targetKubelet(managed, factOf),
    remedy.id === 'end-stuck-shim' ? targetContainer(fault, factOf) : undefined,
  ]);
  return remedy.plan({
    fault,
    node,
    units: managed?.kind === 'units' ? managed.units : undefined,
    runtimes: endpoint?.services ?? [],
    ...(kubelet === undefined ? {} : { kubelet }),
    ...(container === undefined ? {} : { container }),
    ...(remedy.id === 'upgrade-systemd' ? present('packages', await factOf(packageTool)) : {}),
    ...(MOVES.includes(remedy.id) && config !== undefined ? present('move', await moveTarget(config, factOf)) : {}),
    ...(remedy.id === 'reboot' ? present('reboot', config && rebootSettings(config)) : {}),
    ...(remedy.id === 'reclaim-disk' && config !== undefined ? await reclaimTargets(fault, config, factOf) : {}),
    ...(remedy.id === 'set-eviction-hard' && config !== undefined ? await thresholdTarget(fault, config, factOf) : {}),
  });
}
