import { openIncidents } from '../lib/policy/still-open.ts';
import type { EventRecord } from '../lib/reporters/event-records.ts';
import { watchBounds } from './bounds.ts';
import type { DaemonFacts } from './daemon-facts.ts';
import type { DaemonParts } from './daemon-parts.ts';
import { keepFlightRecord } from './flight-recorder.ts';
import { LOG_CHECKS } from './monitors/log-checks.ts';
import { privateBytes } from './snapshot.ts';

export interface BackgroundParts
  extends Pick<DaemonParts, 'config' | 'ledger' | 'moment' | 'recorder' | 'monitors' | 'plugins' | 'say' | 'signal'> {
  readonly facts: Pick<DaemonFacts, 'api' | 'gathered'>;
  /** Has a check look now. */
  wake(check: string): void;
  /** An event was said that is in no state. */
  onEvent(): void;
}

/** What goes on beside the checks until the signal is aborted. */
export interface Background {
  /** Resolves when no log is followed and no plugin is run any more. */
  idle(): Promise<unknown>;
  /** Resolves when the flight record is closed; absent: none is kept. */
  readonly recorded: Promise<void> | undefined;
}

function ownFigures() {
  const { user, system } = process.cpuUsage();
  return { agentMemory: privateBytes() ?? undefined, agentCpu: (user + system) / 1e6 };
}

function keepRecord({ facts, recorder, moment, signal }: BackgroundParts): Promise<void> | undefined {
  const { api, gathered } = facts;
  const { clock } = api.host;
  return recorder && keepFlightRecord({ clock, recorder, moment, gathered, apiLatency: api.latency, own: ownFigures, signal });
}

/** Keeps our own files within bounds, keeps the flight record, follows the logs, runs the plugins. */
export function startBackground(parts: BackgroundParts): Background {
  const { config, ledger, signal, wake } = parts;
  const open = () => openIncidents(ledger.entries).map(({ incident }) => incident);
  void watchBounds({ host: parts.facts.api.host, stateDirectory: config.stateDirectory, open, signal });
  const recorded = keepRecord(parts);
  const say = (event: EventRecord) => {
    parts.say?.(event);
    parts.onEvent();
  };
  const monitoring = parts.monitors?.run({ say, changed: (kind) => wake(LOG_CHECKS[kind]) }, signal);
  const running = parts.plugins?.run({ say, changed: () => wake('custom-plugins') }, signal);
  return { idle: () => Promise.all([monitoring, running]), recorded };
}
