import { type Fault, type FaultDetails, type Finding, fault, skip, unknown } from '../../model/finding.ts';
import { formatDuration } from '../../model/quantity.ts';
import { type Instant, minutes, seconds } from '../../model/units.ts';
import { kubeletUnhealthy } from '../../problems/kubelet-unhealthy.ts';
import type { KubeletJournal, KubeletJournalRead } from '../../sources/kubelet/kubelet-journal.ts';
import type { KubeletUnit, KubeletUnitState } from '../../sources/kubelet/kubelet-unit.ts';
import { type KubeletIdentity, kubeletAdvice } from './advice.ts';

type Reason = keyof typeof kubeletUnhealthy.reasons;

export interface Runs {
  readonly identity: KubeletIdentity;
  readonly unit: KubeletUnit;
  readonly journal: KubeletJournal;
  readonly now: Instant;
}

/** The last words of the last run, or of one within 10 minutes; older ones explain nothing any more. */
export function fatalOf({ unit, journal, now }: Runs): KubeletJournalRead['fatal'] {
  const fatal = journal.kind === 'read' ? journal.fatal : undefined;
  const lastRun = unit.kind === 'unit' ? (unit.mainStartedAt ?? now) : now;
  return fatal !== undefined && fatal.at >= Math.min(lastRun - seconds(1), now - minutes(10)) ? fatal : undefined;
}

const describeUnit = ({ activeState, subState, result }: KubeletUnitState): string =>
  `${activeState} (${subState})${result === '' || result === 'success' ? '' : `, result ${result}`}`;

export function kubeletFault(runs: Runs, reason: Reason, message: string, details: FaultDetails = {}): Fault {
  const { identity, unit } = runs;
  const fatal = reason === 'KubeletHung' || reason === 'KubeletStopped' ? undefined : fatalOf(runs);
  const definition = kubeletUnhealthy.reasons[reason];
  return fault(kubeletUnhealthy, reason, message, {
    ...details,
    evidence: [
      ...(fatal === undefined
        ? []
        : [{ from: `journal of ${unit.kind === 'unit' ? unit.unit : 'the kubelet'}`, excerpt: fatal.line }]),
      ...(unit.kind === 'unit' ? [{ from: `systemctl show ${unit.unit}`, excerpt: describeUnit(unit) }] : []),
      ...(details.evidence ?? []),
    ],
    advice: kubeletAdvice(definition.advice ?? kubeletUnhealthy.advice, identity),
  });
}

const since = (at: Instant | undefined) => (at === undefined ? {} : { since: at });

function judgeInactive(runs: Runs, unit: KubeletUnitState): Finding {
  const ago = unit.changedAt === undefined ? '' : ` for ${formatDuration(runs.now - unit.changedAt)}`;
  if (unit.loadState === 'masked' || unit.unitFileState.startsWith('masked')) {
    return kubeletFault(runs, 'KubeletStopped', `${unit.unit} is masked and does not run${ago}`, since(unit.changedAt));
  }
  if (unit.unitFileState === 'disabled') {
    return kubeletFault(runs, 'KubeletStopped', `${unit.unit} is disabled and does not run${ago}`, since(unit.changedAt));
  }
  if (unit.mainStartedAt === undefined && unit.activeSince === undefined) {
    return kubeletFault(
      runs,
      'KubeletDown',
      `${unit.unit} is ${unit.unitFileState || 'installed'} and was not started since boot`,
    );
  }
  return kubeletFault(runs, 'KubeletStopped', `${unit.unit} was stopped cleanly and does not run${ago}`, since(unit.changedAt));
}

function judgeFailed(runs: Runs, unit: KubeletUnitState): Finding {
  // systemd 219 calls it `start-limit`.
  if (unit.result.startsWith('start-limit')) {
    return kubeletFault(
      runs,
      'KubeletStartLimitHit',
      `${unit.unit} failed too often, systemd no longer starts it`,
      since(unit.changedAt),
    );
  }
  return kubeletFault(
    runs,
    'KubeletDown',
    `${unit.unit} ${describeEnd(unit)} and systemd does not restart it`,
    since(unit.changedAt),
  );
}

function describeEnd({ result, mainStatus }: KubeletUnitState): string {
  if (mainStatus === undefined) return `failed (${result})`;
  return result === 'signal' ? `was killed by signal ${mainStatus}` : `failed (${result}, status ${mainStatus})`;
}

/** RestartSec is 10 s with kubeadm, and a first look may come half of it later. */
const DOWN_FOR = seconds(3);
/** Nobody says why there is none: it may be about to begin. */
const UNEXPLAINED_FOR = seconds(30);

/** systemd is about to start it again; whether that helps, the next seconds tell. */
function judgeActivating(runs: Runs, unit: KubeletUnitState): Finding {
  const again = unit.subState.startsWith('auto-restart');
  const delay = unit.restartDelay === undefined ? '' : ` after ${formatDuration(unit.restartDelay)}`;
  const message = again
    ? `${unit.unit} ended (${unit.result}) and systemd restarts it${delay}`
    : `${unit.unit} is being started (${unit.subState})`;
  return kubeletFault(runs, 'KubeletDown', message, {
    state: 'suspected',
    activeAfter: DOWN_FOR,
    ...since(unit.mainEndedAt ?? unit.changedAt),
  });
}

/** A server of k3s, rke2 or k0s may well be meant to run without a kubelet (--disable-agent, a k0s controller). */
const MAY_LACK_KUBELET = /^(k3s|rke2-server|k0scontroller)\.service$/;

/** No kubelet process: what its unit says about that. */
export function judgeAbsent(runs: Runs, why: string): Finding {
  const { unit } = runs;
  if (unit.kind !== 'unit') return kubeletFault(runs, 'KubeletDown', why, { state: 'suspected', activeAfter: UNEXPLAINED_FOR });
  switch (unit.activeState) {
    case 'inactive':
      return judgeInactive(runs, unit);
    case 'failed':
      return judgeFailed(runs, unit);
    case 'activating':
      return judgeActivating(runs, unit);
    case 'active':
      if (MAY_LACK_KUBELET.test(unit.unit)) return skip(`${unit.unit} runs without a kubelet`);
      return kubeletFault(runs, 'KubeletDown', `${unit.unit} is ${describeUnit(unit)} and no kubelet process runs`, {
        state: 'suspected',
        activeAfter: UNEXPLAINED_FOR,
      });
    default:
      return unknown(`${unit.unit} is ${describeUnit(unit)}`);
  }
}
