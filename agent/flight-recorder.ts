import type { Clock } from '../lib/host/host.ts';
import type { FlightMark } from '../lib/model/flight.ts';
import type { Moment } from '../lib/model/incident.ts';
import { isUnavailable, type Source } from '../lib/model/source.ts';
import { type Duration, minutes, seconds } from '../lib/model/units.ts';
import type { Recorder } from '../lib/recorder/ring.ts';
import { evictionSignals } from '../lib/sources/eviction/eviction-signals.ts';
import { type BlockedTasks, blockedTasks } from '../lib/sources/host/blocked-tasks.ts';
import { pressure } from '../lib/sources/host/pressure.ts';
import { kubeletPleg } from '../lib/sources/kubelet/kubelet-pleg.ts';
import { onBeat } from './beat.ts';
import { type FlightFacts, toFlightSample } from './flight.ts';
import type { Gatherer } from './gather.ts';

const EVERY = seconds(10);
/** What a check read longer ago is no measure of this moment; tasks in D state are counted once a minute. */
const RECENT = seconds(30);
const COUNTED = minutes(1.5);

export interface FlightParts {
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly moment: () => Moment;
  readonly gathered: Gatherer;
  readonly apiLatency: () => Duration | undefined;
  /** The agent's own memory and CPU. */
  readonly own: () => Pick<FlightFacts, 'agentMemory' | 'agentCpu'>;
  readonly signal: AbortSignal;
}

const countOf = (blocked: BlockedTasks | undefined) =>
  blocked === undefined ? undefined : blocked.processes.reduce((sum, { tasks }) => sum + tasks, 0) + blocked.others;

/** Six small files of /proc, and whatever the checks have read anyway. */
async function factsOf({ gathered, apiLatency, own }: FlightParts): Promise<FlightFacts> {
  const recent = <Fact>(source: Source<Fact>, most: Duration) => {
    const last = gathered.last?.(source);
    return last === undefined || last.age > most ? undefined : last;
  };
  const pressed = await gathered.fact(pressure);
  const pleg = recent(kubeletPleg, RECENT);
  return {
    pressure: isUnavailable(pressed) ? undefined : pressed,
    signals: recent(evictionSignals, RECENT)?.fact,
    pleg: pleg?.fact,
    plegSeen: pleg?.age,
    blockedTasks: countOf(recent(blockedTasks, COUNTED)?.fact),
    apiLatency: apiLatency(),
    ...own(),
  };
}

/** Keeps the flight recorder until the signal is aborted; the last record says that the agent was stopped in order. */
export async function keepFlightRecord(parts: FlightParts): Promise<void> {
  const { clock, recorder, moment, signal } = parts;
  const record = async (mark: FlightMark) => {
    const facts = await factsOf(parts);
    await recorder.record(toFlightSample(facts, { ...moment(), at: clock.now() }, mark));
  };
  await record('started');
  while (!signal.aborted) {
    await clock.sleep(onBeat(EVERY, clock.monotonic()), signal).catch(() => undefined);
    if (!signal.aborted) await record('running');
  }
  await record('stopped');
  await recorder.close();
}
