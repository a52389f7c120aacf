import type { ComponentFlags } from '../model/failover.ts';

/** Whether the list of --controllers leaves one of them out: `*,-taint-eviction-controller`. */
function isSwitchedOff(controllers: string | undefined, names: readonly string[]): boolean {
  const words = (controllers ?? '*').split(',').map((word) => word.trim());
  return names.some((name) => words.includes(`-${name}`) || !(words.includes('*') || words.includes(name)));
}

/** Before 1.29 the node lifecycle controller was called nodelifecycle alone, and evicted by itself. */
export function whoEvictsIsOff(flags: ComponentFlags | undefined): string | undefined {
  const controllers = flags?.flags.controllers;
  if (controllers === undefined || controllers === '') return undefined;
  const lifecycle = !controllers.includes('*') && !/(^|,)(nodelifecycle|node-lifecycle-controller)(,|$)/.test(controllers);
  if (lifecycle || /(^|,)-(nodelifecycle|node-lifecycle-controller)(,|$)/.test(controllers)) {
    return `--controllers=${controllers} switches the node lifecycle controller off (${flags?.from})`;
  }
  if (!controllers.includes('taint-eviction-controller')) return undefined;
  return isSwitchedOff(controllers, ['taint-eviction-controller'])
    ? `--controllers=${controllers} switches the taint eviction controller off (${flags?.from})`
    : undefined;
}
