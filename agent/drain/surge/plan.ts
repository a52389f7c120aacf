import { budgetsOf, type PolicyVersion } from '../../../lib/drain/budget.ts';
import { claimNames } from '../../../lib/drain/node-fit.ts';
import type { Budget, Claim, Pod } from '../../../lib/drain/objects.ts';
import { controllerOf, podName } from '../../../lib/drain/objects.ts';
import { type Choice, chooseForStranger, chooseWay } from '../../../lib/drain/surge/choose-way.ts';
import { refName, replicasOf, type Workload, type WorkloadRef } from '../../../lib/drain/surge/workload.ts';
import type { SurgeContext } from './context.ts';
import type { PlannedSurge } from './events.ts';

/** A workload, or a stranger's pods, with everything that the choice of a way depends on. */
export interface Group {
  readonly name: string;
  readonly ref?: WorkloadRef;
  readonly wanted?: number;
  readonly pods: readonly Pod[];
  /** By the number of its pods that are to move. */
  choose(here: number): Choice;
}

async function autoscalerOf({ workloads }: SurgeContext, { kind, namespace, name }: WorkloadRef): Promise<string | undefined> {
  const listed = await workloads.autoscalers(namespace);
  // Unread, it is found out by what it does: whoever changes the number ends the surge.
  if (!listed.ok) return undefined;
  return listed.value.find(({ spec }) => spec?.scaleTargetRef?.kind === kind && spec.scaleTargetRef.name === name)?.metadata.name;
}

async function budgetsFor({ cluster }: SurgeContext, pod: Pod, version: PolicyVersion): Promise<readonly Budget[]> {
  const listed = await cluster.budgets(pod.metadata.namespace ?? '', version);
  return listed.ok ? budgetsOf(pod, listed.value, version) : [];
}

async function claimsOf({ cluster }: SurgeContext, pod: Pod): Promise<readonly Claim[]> {
  const found = await Promise.all(claimNames(pod).map((name) => cluster.claim(pod.metadata.namespace ?? '', name)));
  return found.flatMap((claim) => (claim.ok ? [claim.value] : []));
}

async function workloadGroup(
  context: SurgeContext,
  { ref, pods, version }: { ref: WorkloadRef; pods: readonly Pod[]; version: PolicyVersion },
): Promise<Group | string> {
  const found = await context.workloads.workload(ref.kind, ref.namespace, ref.name);
  const [pod] = pods;
  if (!found.ok) return `${refName(ref)} could not be read: ${found.failure.message}`;
  if (found.value.metadata.uid !== ref.uid || pod === undefined) return `${refName(ref)} was made anew meanwhile`;
  const workload: Workload = found.value;
  const [autoscaler, budgets, claims] = await Promise.all([
    autoscalerOf(context, ref),
    budgetsFor(context, pod, version),
    claimsOf(context, pod),
  ]);
  const known = { budgets, claims, ...(autoscaler === undefined ? {} : { autoscaler }) };
  const choose = (here: number) => chooseWay(ref.kind, workload, { here, ...known });
  return { name: refName(ref), ref, wanted: replicasOf(workload), pods, choose };
}

function strangerGroup(name: string, pods: readonly Pod[]): Group {
  const [first] = pods;
  const owner = first === undefined ? undefined : controllerOf(first);
  const nobody: Choice = { way: 'ordinary', why: 'nobody makes it anew', gap: false };
  return { name, pods, choose: () => (owner === undefined ? nobody : chooseForStranger(owner)) };
}

const strangerName = ({ metadata: { namespace = '' } }: Pod, { kind, name }: { readonly kind: string; readonly name: string }) =>
  `${kind} ${namespace}/${name}`;

/** Pods of one workload together, by uid. A text: why that cannot be told, with which nothing may be begun. */
export async function groupPods(
  context: SurgeContext,
  pods: readonly Pod[],
  version: PolicyVersion,
): Promise<readonly (Group | { readonly pods: readonly Pod[]; readonly unknown: string })[]> {
  const known = new Map<string, { ref: WorkloadRef; pods: Pod[] }>();
  const strange = new Map<string, Pod[]>();
  const unknown: { pods: readonly Pod[]; unknown: string }[] = [];
  for (const pod of pods) {
    const owner = await context.owners(pod);
    if (!owner.ok) {
      unknown.push({ pods: [pod], unknown: `whose pod ${podName(pod)} is was not told: ${owner.failure.message}` });
    } else if (owner.value.kind === 'workload') {
      const { ref } = owner.value;
      const group = known.get(ref.uid) ?? { ref, pods: [] };
      known.set(ref.uid, group);
      group.pods.push(pod);
    } else {
      const name = owner.value.kind === 'nobody' ? `Pod ${podName(pod)}` : strangerName(pod, owner.value.reference);
      strange.set(name, [...(strange.get(name) ?? []), pod]);
    }
  }
  const groups = await Promise.all([...known.values()].map((one) => workloadGroup(context, { ...one, version })));
  return [
    ...groups.map((group, at) =>
      typeof group === 'string' ? { pods: [...known.values()][at]?.pods ?? [], unknown: group } : group,
    ),
    ...[...strange].map(([name, group]) => strangerGroup(name, group)),
    ...unknown,
  ];
}

export function plannedOf({ name, wanted, pods }: Group, { way, why, gap }: Choice): PlannedSurge {
  return { workload: name, way, why, gap, ...(wanted === undefined ? {} : { wanted }), pods: pods.map(podName) };
}
