import type { Hold } from '../model/guard.ts';
import type { LedgerEntry, Moment } from '../model/incident.ts';
import { isKind } from '../model/incident.ts';
import { formatDuration } from '../model/quantity.ts';
import { type Duration, minutes, seconds } from '../model/units.ts';
import { ageOf } from './entries.ts';

/** Whose fault a heartbeat is that does not arrive. Absent: it could not be told, which proves nothing. */
export interface HeartbeatProof {
  /** How long all our own requests were answered within a second. */
  readonly steadyFor: Duration;
  /** Where we ask, and where the kubelet does. */
  readonly ours?: string;
  readonly kubelets?: string;
  /** Errors of the API server in the kubelet's log, within minutes. */
  readonly errors?: number;
  /** Whether the kubelet's health endpoint answers. */
  readonly answers?: boolean;
}

const STEADY = seconds(60);
const ONCE_IN = minutes(60);
const SPREAD = minutes(15);
/** For which time the ledger must remember such restarts. */
export const HEARTBEAT_KEEPS: Duration = ONCE_IN + SPREAD;

function whyNotTheKubelets({ steadyFor, ours, kubelets, errors, answers }: HeartbeatProof): string | undefined {
  if (ours === undefined || kubelets === undefined) return 'it is not known which API server the kubelet asks';
  if (ours !== kubelets) return `the kubelet asks ${kubelets}, and we ask ${ours}: that it works for us says nothing`;
  if (answers !== true) return 'the kubelet’s own health endpoint does not answer';
  if (errors === undefined) return 'the kubelet’s log could not be read';
  if (errors === 0) return 'the kubelet itself complains of no failed request';
  if (steadyFor >= STEADY) return undefined;
  return `the API server answered our own requests within 1s for ${formatDuration(steadyFor)}, not yet for ${formatDuration(STEADY)}`;
}

/** A server or a network that fails everybody fails the whole fleet: restarted kubelets would ask it all at once. */
export function apiServer(proof: HeartbeatProof): Hold | undefined {
  const why = whyNotTheKubelets(proof);
  return why === undefined ? undefined : { id: 'api-server', why };
}

/** Once an hour, and not in every node's same minute: `spread` is the node's own share of it, 0..1. */
export function heartbeatRest(entries: readonly LedgerEntry[], now: Moment, spread: number): Hold | undefined {
  const rest = ONCE_IN + spread * SPREAD;
  const ages = entries
    .filter(isKind('intent'))
    .filter(({ type, remedy }) => type === 'HeartbeatAtRisk' && remedy === 'restart-kubelet')
    .map((intent) => ageOf(intent, now));
  const last = Math.min(...ages);
  if (last >= rest) return undefined;
  return {
    id: 'cooldown',
    why: `the kubelet was restarted for its heartbeat ${formatDuration(last)} ago; once in ${formatDuration(rest)}`,
  };
}
