import { minorOf, NEWEST_MINOR } from '../model/kubernetes-version.ts';
import { type Duration, minutes, seconds } from '../model/units.ts';

/** What changed between releases in the way a dead node is handled; each number is the first minor with it. */
const SINCE = {
  /** Defaults of node-monitor-grace-period: 40s, then 50s (kubernetes#126287). */
  longerGrace: 32,
  /** The NoExecute taint comes with Ready=Unknown, and not one monitor period later (kubernetes#120816). */
  taintWithUnknown: 34,
  /** --pod-eviction-timeout and --enable-taint-manager were removed. */
  noEvictionTimeout: 27,
  /** NodeOutOfServiceVolumeDetach on by default (beta). */
  outOfService: 26,
  /** podReplacementPolicy of Jobs on by default (beta). */
  jobReplacement: 29,
  /** A Job waits 10 s after a failure, and twice as long after each further one (kubernetes#114768). */
  jobBackoff: 27,
  /** That counts from the moment at which the pod was marked not ready, where its containers tell no end (kubernetes#118413). */
  jobBackoffFromNotReady: 28,
  /** client-go asks a silent HTTP/2 connection after 30 s and gives it 15 s (kubernetes#95981). */
  connectionCheck: 20,
} as const;

/**
 * First good patch of the minors whose controller manager keeps dead entries in its taint queue: nodes that were not Ready when
 * it first saw them, or since, cost others 10 s each, or for ever (kubernetes#94183, cured by #96876 and its cherry-picks).
 */
const TAINT_QUEUE_CURED: Readonly<Record<number, number>> = { 18: 17, 19: 9, 20: 5 };

function taintQueueCure(version: string | undefined): string | undefined {
  const [, minor = '', patch = ''] = /^v?1\.(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  const cured = TAINT_QUEUE_CURED[Number(minor)];
  return cured === undefined || Number(patch) >= cured ? undefined : `v1.${minor}.${cured}`;
}

/** How a controller manager of this release handles a node that fell silent, where no flag says otherwise. */
export interface Release {
  readonly monitorPeriod: Duration;
  readonly gracePeriod: Duration;
  readonly taintsWithUnknown: boolean;
  /** The release in which the taint queue is cured; undefined: it is. */
  readonly taintQueueCure: string | undefined;
  /** Pods may be evicted by --pod-eviction-timeout instead of taints. */
  readonly hasEvictionTimeout: boolean;
  readonly evictionTimeout: Duration;
  readonly hasOutOfService: boolean;
  readonly hasJobReplacementPolicy: boolean;
  /** Undefined: a Job makes its next pod at once. */
  readonly jobBackoff: Duration | undefined;
  readonly jobBackoffFromNotReady: boolean;
  /** A kubelet notices a broken connection after this time; undefined: only when the kernel does, a quarter of an hour later. */
  readonly connectionCheck: Duration | undefined;
  readonly evictionRate: number;
  readonly secondaryEvictionRate: number;
  readonly unhealthyZoneThreshold: number;
  readonly largeCluster: number;
  readonly tolerationSeconds: number;
}

export function releaseOf(version: string | undefined): Release {
  const minor = minorOf(version) ?? NEWEST_MINOR;
  return {
    monitorPeriod: seconds(5),
    gracePeriod: seconds(minor >= SINCE.longerGrace ? 50 : 40),
    taintsWithUnknown: minor >= SINCE.taintWithUnknown,
    taintQueueCure: taintQueueCure(version),
    hasEvictionTimeout: minor < SINCE.noEvictionTimeout,
    evictionTimeout: minutes(5),
    hasOutOfService: minor >= SINCE.outOfService,
    hasJobReplacementPolicy: minor >= SINCE.jobReplacement,
    jobBackoff: minor >= SINCE.jobBackoff ? seconds(10) : undefined,
    jobBackoffFromNotReady: minor >= SINCE.jobBackoffFromNotReady,
    connectionCheck: minor >= SINCE.connectionCheck ? seconds(45) : undefined,
    evictionRate: 0.1,
    secondaryEvictionRate: 0.01,
    unhealthyZoneThreshold: 0.55,
    largeCluster: 50,
    tolerationSeconds: 300,
  };
}
