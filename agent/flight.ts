import type { FlightMark, FlightMeasure, FlightSample } from '../lib/model/flight.ts';
import type { Moment } from '../lib/model/incident.ts';
import type { Duration, Instant } from '../lib/model/units.ts';
import type { EvictionSignals } from '../lib/sources/eviction/eviction-signals.ts';
import type { Pressure, ResourcePressure } from '../lib/sources/host/pressure.ts';
import type { KubeletPleg } from '../lib/sources/kubelet/kubelet-pleg.ts';

/** What is known at the moment of a record; the recorder asks for nothing by itself. */
export interface FlightFacts {
  readonly pressure?: Pressure | undefined;
  readonly signals?: EvictionSignals | undefined;
  readonly pleg?: KubeletPleg | undefined;
  /** How long ago that was read. */
  readonly plegSeen?: Duration | undefined;
  /** Tasks in uninterruptible sleep, where somebody counted; else those that wait for IO stand for them. */
  readonly blockedTasks?: number | undefined;
  readonly apiLatency?: Duration | undefined;
  readonly agentMemory?: number | undefined;
  readonly agentCpu?: number | undefined;
}

type Measures = Partial<Record<FlightMeasure, number | null | undefined>>;

const stall = (of: ResourcePressure | undefined) => ({ some: of?.some.avg10, full: of?.full?.avg10 });

function pressureMeasures(pressure: Pressure | undefined): Measures {
  const measured = pressure?.stall.kind === 'measured' ? pressure.stall : undefined;
  const [cpu, memory, io] = [stall(measured?.cpu), stall(measured?.memory), stall(measured?.io)];
  return {
    cpuSome: cpu.some,
    cpuFull: cpu.full,
    memorySome: memory.some,
    memoryFull: memory.full,
    ioSome: io.some,
    ioFull: io.full,
    memoryAvailable: pressure?.memoryAvailable,
    load1: pressure?.load?.avg1,
    blockedTasks: pressure?.blocked,
  };
}

function diskMeasures(signals: EvictionSignals | undefined): Measures {
  const observed = (name: string) => signals?.signals.find(({ signal }) => signal === name)?.observed;
  return {
    nodefsBytes: observed('nodefs.available'),
    nodefsInodes: observed('nodefs.inodesFree'),
    imagefsBytes: observed('imagefs.available'),
    imagefsInodes: observed('imagefs.inodesFree'),
  };
}

/** Of whole seconds on the kubelet's clock, which is ours: never negative. */
function relistAge(pleg: KubeletPleg | undefined, now: Instant): Duration | undefined {
  if (pleg?.kind !== 'running' || pleg.metrics.kind !== 'measured') return undefined;
  const { lastSeen, evented } = pleg.metrics.pleg;
  return lastSeen === undefined || evented ? undefined : Math.max(0, now - lastSeen);
}

/** One record of what is known; pure. */
export function toFlightSample(facts: FlightFacts, now: Moment & { readonly at: Instant }, mark: FlightMark): FlightSample {
  const { pressure, signals, pleg, plegSeen = 0, blockedTasks, apiLatency, agentMemory, agentCpu } = facts;
  const measures: Measures = {
    ...pressureMeasures(pressure),
    ...diskMeasures(signals),
    relistAge: relistAge(pleg, now.at - plegSeen),
    ...(blockedTasks === undefined ? {} : { blockedTasks }),
    apiLatency,
    agentMemory,
    agentCpu,
  };
  const known = Object.entries(measures).filter(([, value]) => typeof value === 'number' && Number.isFinite(value));
  return { at: now.at, boot: now.boot, up: now.up, mark, ...Object.fromEntries(known) };
}
