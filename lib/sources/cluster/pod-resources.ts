import { type JsonObject, toObject, toObjects, toQuantities } from '../../model/json.ts';

/** Cores, bytes and counts by resource name. */
export type Resources = Readonly<Record<string, number>>;

function sum(...parts: readonly Resources[]): Resources {
  const total: Record<string, number> = {};
  for (const part of parts) {
    for (const [name, amount] of Object.entries(part)) total[name] = (total[name] ?? 0) + amount;
  }
  return total;
}

function most(...parts: readonly Resources[]): Resources {
  const total: Record<string, number> = {};
  for (const part of parts) {
    for (const [name, amount] of Object.entries(part)) total[name] = Math.max(total[name] ?? 0, amount);
  }
  return total;
}

/**
 * What a pod counts for (component-helpers/resource PodRequests, PodLimits): its containers together with its sidecars
 * (init containers with restartPolicy Always, v1.28), or its largest init container with the sidecars started before it,
 * whichever is more; what the pod itself asks for (v1.32) stands for all of them; then the overhead of its runtime class.
 */
export function effectiveResources(spec: JsonObject, which: 'requests' | 'limits'): Resources {
  const of = (container: JsonObject): Resources => toQuantities(toObject(container.resources)[which]);
  let sidecars: Resources = {};
  let starting: Resources = {};
  for (const container of toObjects(spec.initContainers)) {
    const own = of(container);
    if (container.restartPolicy === 'Always') sidecars = sum(sidecars, own);
    starting = most(starting, container.restartPolicy === 'Always' ? sidecars : sum(sidecars, own));
  }
  const running = sum(sidecars, ...toObjects(spec.containers).map(of));
  const whole = { ...most(running, starting), ...toQuantities(toObject(spec.resources)[which]) };
  return overheadAdded(whole, toQuantities(spec.overhead), which);
}

/** A limit that is not set stays unlimited: overhead is added only to those that are. */
function overheadAdded(whole: Resources, overhead: Resources, which: 'requests' | 'limits'): Resources {
  if (which === 'requests') return sum(whole, overhead);
  return Object.fromEntries(Object.entries(whole).map(([name, amount]) => [name, amount + (overhead[name] ?? 0)]));
}
