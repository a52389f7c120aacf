import { formatBytes } from '../../model/quantity.ts';
import type { Pressure, ResourcePressure, StallInformation } from './pressure.ts';

const percent = (value: number): string => `${Number(value.toFixed(value < 10 ? 1 : 0))} %`;

function describeStall(stall: StallInformation): string {
  if (stall.kind === 'unavailable') return `stalls not known: ${stall.why}`;
  const one = (name: string, { some, full }: ResourcePressure) =>
    `${name} ${percent(some.avg10)}${full === undefined || name === 'cpu' ? '' : ` (all tasks ${percent(full.avg10)})`}`;
  return `stalled in the last 10 s: ${one('cpu', stall.cpu)}, ${one('memory', stall.memory)}, ${one('io', stall.io)}`;
}

/** One line for a person: load, memory, stalls; what was not measured is said to be so. */
export function describePressure(reading: Pressure): string {
  const { load, processors, blocked, memoryAvailable, memoryTotal } = reading;
  const parts = [
    load === undefined
      ? 'load not known'
      : `load ${load.avg1} ${load.avg5} ${load.avg15}${processors === undefined ? '' : ` on ${processors} CPUs`}`,
    ...(blocked === undefined || blocked === 0 ? [] : [`${blocked} tasks blocked on I/O`]),
    memoryAvailable === undefined || memoryTotal === undefined
      ? 'memory not known'
      : `memory ${formatBytes(memoryAvailable)} of ${formatBytes(memoryTotal)} available`,
    describeStall(reading.stall),
  ];
  return parts.join('; ');
}
