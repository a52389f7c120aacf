import type { Duration, Instant } from '../lib/model/units.ts';
import { kubeletJournal, LONGEST_KEPT } from '../lib/sources/kubelet/kubelet-journal.ts';
import { kubeletProcess } from '../lib/sources/kubelet/kubelet-process.ts';
import { type ApiWatch, watchApi } from './api-watch.ts';
import type { DaemonParts } from './daemon-parts.ts';
import { type Gatherer, gatherer } from './gather.ts';
import { KUBELET_IDENTIFIER } from './monitors/kubelet-ear.ts';
import { openOwnRecord, withOwnFacts } from './own-checks.ts';
import { FRESH } from './readings.ts';
import type { CheckResult } from './round.ts';
import { schedule } from './schedule.ts';
import { tellNode } from './told-node.ts';
import { openRestartRecord } from './unit-restarts.ts';

export type DaemonFactsParts = Pick<DaemonParts, 'host' | 'config' | 'ledger' | 'moment' | 'monitors' | 'plugins' | 'onNode'>;

/** What the daemon knows of its node, of itself, and by looking on. */
export interface DaemonFacts {
  /** The node, as everything of this daemon asks it: how the API server answers is watched. */
  readonly api: ApiWatch;
  readonly gathered: Gatherer;
  /** Takes in that a check has looked; true: with what it read a restart of a unit is known that was not known before. */
  observe(result: CheckResult): boolean;
}

/**
 * How long the kubelet's log may stay as it was read: longer while the agent itself hears a kubelet that goes on, under a name it
 * listens to, and there has been no complaint.
 */
export function keepJournal({ last }: Pick<Gatherer, 'last'>, quietFor: Duration, now: Instant): Duration {
  const { keep = FRESH } = kubeletJournal;
  const [journal, kubelet] = [last?.(kubeletJournal)?.fact, last?.(kubeletProcess)?.fact];
  if (journal?.kind !== 'read' || journal.identifier !== KUBELET_IDENTIFIER || kubelet?.kind !== 'running') return keep;
  // What it complained of is over when a reading says so.
  if (journal.apiErrors !== undefined || (journal.pleg !== undefined && now - journal.pleg.at < LONGEST_KEPT)) return keep;
  return Math.max(keep, Math.min(LONGEST_KEPT, quietFor, now - kubelet.startedAt));
}

export function openDaemonFacts(parts: DaemonFactsParts): DaemonFacts {
  const { config, ledger, moment } = parts;
  const api = watchApi(parts.host);
  const { clock } = api.host;
  const ownRecord = openOwnRecord(
    clock,
    () => schedule(config),
    () => ledger.state,
  );
  const quietFor = () => parts.monitors?.kubeletQuietFor() ?? 0;
  const facts: Gatherer = gatherer(api.host, {
    thorough: false,
    keep: (source) => (source === kubeletJournal ? keepJournal(facts, quietFor(), clock.now()) : (source.keep ?? FRESH)),
  });
  const restarts = openRestartRecord({ clock, gathered: facts, uptime: () => moment().up });
  const memory = { logs: parts.monitors?.conditions, plugins: parts.plugins?.conditions, restarts: restarts.history };
  const gathered = withOwnFacts(facts, ownRecord.facts, memory);
  parts.onNode?.((answer) => tellNode(gathered, answer, clock.now()));
  return {
    api,
    gathered,
    observe(result) {
      ownRecord.observe(result);
      return restarts.look();
    },
  };
}
