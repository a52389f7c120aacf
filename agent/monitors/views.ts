import { fillIn } from '../../lib/model/advice.ts';
import type { Advice } from '../../lib/model/finding.ts';
import type { Claim } from '../../lib/monitors/conditions/claim.ts';
import type { LogMonitor } from '../../lib/monitors/config/log-monitor.ts';
import { defaultMonitors } from '../../lib/monitors/rules/default-monitors.ts';
import type { LogClaim, LogConditions, LogKind, LogView } from '../../lib/sources/host/log-conditions.ts';
import type { BlindSpots } from './blind-spots.ts';

/** A device as the kernel calls it, and as a person types it. */
const placeholders = (subject: string): Readonly<Record<string, string>> =>
  subject === '' ? {} : { PID: subject, DEVICE: subject.startsWith('/') ? subject : `/dev/${subject}` };

/** Of our own rules; a file of node-problem-detector's has none. */
function adviceOf({ monitor, type, reason, subject }: Claim): readonly Advice[] | undefined {
  const rules = defaultMonitors.find(({ id }) => id === monitor)?.rules;
  const rule = rules?.find((one) => one.condition === type && one.reason === reason);
  return rule && fillIn(rule.advice, placeholders(subject));
}

function toLogClaim(claim: Claim): LogClaim {
  const { type, reason, severity, subject, message, since, trusted } = claim;
  const advice = adviceOf(claim);
  return { type, reason, severity, subject, message, since, trusted, ...(advice === undefined ? {} : { advice }) };
}

/** One for each type and subject, the worst: the board has them by weight. */
function distinct(claims: readonly Claim[]): readonly Claim[] {
  const first = new Map<string, Claim>();
  for (const claim of claims) {
    const key = `${claim.type}\0${claim.subject}`;
    if (!first.has(key)) first.set(key, claim);
  }
  return [...first.values()];
}

/** What the checks are told: by the kind of log, what stands and whether it can be read. */
export function toConditions(monitors: readonly LogMonitor[], claims: readonly Claim[], blind: BlindSpots): LogConditions {
  const pluginOf = new Map(monitors.map(({ file, log }) => [file, log.plugin]));
  const view = (kind: LogKind): LogView => {
    const count = monitors.filter(({ log }) => log.plugin === kind).length;
    const own = distinct(claims.filter(({ monitor }) => pluginOf.get(monitor) === kind)).map(toLogClaim);
    const why = blind.of(kind);
    if (count === 0) return { state: 'off', monitors: 0, claims: [] };
    if (why !== undefined) return { state: 'blind', why, monitors: count, claims: own };
    return { state: 'reading', monitors: count, claims: own };
  };
  return { kind: 'agent', logs: { kmsg: view('kmsg'), journald: view('journald'), filelog: view('filelog') } };
}
