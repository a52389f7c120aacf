import type { ComponentFlags } from '../model/failover.ts';
import { type Duration, seconds } from '../model/units.ts';
import { whoEvictsIsOff } from './controllers.ts';
import { PARSE, type Unit } from './given.ts';
import { type Release, releaseOf } from './release.ts';

/**
 * `read`: from the program's own configuration. `observed`: from what it does (its Lease). `given`: a person said so.
 * `assumed`: the default of the version, because nobody could be asked.
 */
export type Origin = 'read' | 'observed' | 'given' | 'assumed';

/** One number that decides, and how far it can be believed. */
export interface Parameter {
  readonly name: string;
  readonly component: 'kubelet' | 'kube-controller-manager' | 'kube-apiserver';
  /** Durations in milliseconds, rates per second, shares, counts. */
  readonly value: number;
  readonly unit: Unit;
  readonly origin: Origin;
  /** `process 812`, `default of v1.20.2`. */
  readonly from: string;
}

/** A value that was found; absent where nobody could be asked. */
export interface Reading {
  readonly value: number;
  readonly origin: Origin;
  readonly from: string;
}

export interface TimingFacts {
  /** Of the control plane. */
  readonly version: string | undefined;
  readonly controllerManager?: ComponentFlags;
  readonly apiServer?: ComponentFlags;
  readonly kubelet: {
    readonly leaseDuration?: Reading;
    readonly statusUpdateFrequency?: Reading;
    readonly statusReportFrequency?: Reading;
  };
  /** What a person said: by flag name. */
  readonly given: Readonly<Record<string, string>>;
}

/** The chain's numbers, in force or assumed. */
export interface Timing {
  readonly version: string | undefined;
  readonly release: Release;
  readonly leaseDuration: Parameter;
  readonly statusUpdateFrequency: Parameter;
  readonly statusReportFrequency: Parameter;
  readonly monitorPeriod: Parameter;
  readonly gracePeriod: Parameter;
  readonly evictionRate: Parameter;
  readonly secondaryEvictionRate: Parameter;
  readonly unhealthyZoneThreshold: Parameter;
  readonly largeCluster: Parameter;
  readonly notReadyToleration: Parameter;
  readonly unreachableToleration: Parameter;
  /** Only where pods go by it, and not by taints (--enable-taint-manager=false, before 1.27). */
  readonly evictionTimeout: Parameter | undefined;
  /** Pods are never evicted: the controller that would do it is switched off. */
  readonly noEviction: string | undefined;
}

export function timingOf(facts: TimingFacts): Timing {
  const { version, controllerManager, apiServer, kubelet, given } = facts;
  const release = releaseOf(version);
  const assumedFrom = version === undefined ? 'default of the newest version known' : `default of ${version}`;

  function flag(component: Parameter['component'], name: string, unit: Unit, fallback: number): Parameter {
    const stated = PARSE[unit](given[name] ?? '');
    if (stated !== undefined) return { name, component, unit, value: stated, origin: 'given', from: '--assume' };
    const running = component === 'kube-apiserver' ? apiServer : controllerManager;
    if (running === undefined) return { name, component, unit, value: fallback, origin: 'assumed', from: assumedFrom };
    const value = PARSE[unit](running.flags[name] ?? '');
    if (value === undefined) {
      const origin = version === undefined ? 'assumed' : 'read';
      return { name, component, unit, value: fallback, origin, from: `not set by ${running.from}: ${assumedFrom}` };
    }
    return { name, component, unit, value, origin: 'read', from: running.from };
  }

  function ofKubelet(name: string, reading: Reading | undefined, fallback: Duration): Parameter {
    const found = reading ?? { value: fallback, origin: 'assumed' as const, from: 'default of every version' };
    return { name, component: 'kubelet', unit: 'duration', ...found };
  }

  const manager = (name: string, unit: Unit, fallback: number) => flag('kube-controller-manager', name, unit, fallback);
  const byTimeout = release.hasEvictionTimeout && /^(false|f|0)$/i.test(controllerManager?.flags['enable-taint-manager'] ?? '');
  return {
    version,
    release,
    leaseDuration: ofKubelet('nodeLeaseDurationSeconds', kubelet.leaseDuration, seconds(40)),
    statusUpdateFrequency: ofKubelet('nodeStatusUpdateFrequency', kubelet.statusUpdateFrequency, seconds(10)),
    statusReportFrequency: ofKubelet('nodeStatusReportFrequency', kubelet.statusReportFrequency, seconds(300)),
    monitorPeriod: manager('node-monitor-period', 'duration', release.monitorPeriod),
    gracePeriod: manager('node-monitor-grace-period', 'duration', release.gracePeriod),
    evictionRate: manager('node-eviction-rate', 'rate', release.evictionRate),
    secondaryEvictionRate: manager('secondary-node-eviction-rate', 'rate', release.secondaryEvictionRate),
    unhealthyZoneThreshold: manager('unhealthy-zone-threshold', 'share', release.unhealthyZoneThreshold),
    largeCluster: manager('large-cluster-size-threshold', 'count', release.largeCluster),
    notReadyToleration: flag('kube-apiserver', 'default-not-ready-toleration-seconds', 'count', release.tolerationSeconds),
    unreachableToleration: flag('kube-apiserver', 'default-unreachable-toleration-seconds', 'count', release.tolerationSeconds),
    evictionTimeout: byTimeout ? manager('pod-eviction-timeout', 'duration', release.evictionTimeout) : undefined,
    noEviction: whoEvictsIsOff(controllerManager),
  };
}

/** All of them, in the order of the chain. */
export function parametersOf(timing: Timing): readonly Parameter[] {
  const { leaseDuration, statusUpdateFrequency, statusReportFrequency, monitorPeriod, gracePeriod, evictionTimeout } = timing;
  return [
    leaseDuration,
    statusUpdateFrequency,
    statusReportFrequency,
    monitorPeriod,
    gracePeriod,
    timing.evictionRate,
    timing.secondaryEvictionRate,
    timing.unhealthyZoneThreshold,
    timing.largeCluster,
    ...(evictionTimeout === undefined ? [] : [evictionTimeout]),
    timing.notReadyToleration,
    timing.unreachableToleration,
  ];
}

/** The kubelet renews its Lease every quarter of the duration (pkg/kubelet/kubelet.go, nodeLeaseRenewIntervalFraction). */
export const renewInterval = ({ leaseDuration }: Timing): Duration => leaseDuration.value / 4;
