import type { AgentConfig } from '../lib/config/schema.ts';
import type { HostView } from '../lib/host/host.ts';
import type { GuardFacts, Hold } from '../lib/model/guard.ts';
import { present } from '../lib/model/present.ts';
import type { Disruption, Remedy, TargetRuntime } from '../lib/model/remedy.ts';
import type { FactOf } from '../lib/model/source.ts';
import type { Standing } from '../lib/model/standing.ts';
import type { Duration, Instant } from '../lib/model/units.ts';
import { disruptionHere } from '../lib/policy/disruption.ts';
import { pendingFor } from '../lib/policy/guards/unit.ts';
import { holdsOf } from '../lib/policy/guards.ts';
import type { NodeSwitches } from '../lib/policy/node-switches.ts';
import { runtimeFor, runtimeUnit } from '../lib/remedies/steps/runtime-unit.ts';
import { etcdQuorum } from '../lib/sources/cluster/etcd-quorum.ts';
import type { ManagedUnits } from '../lib/sources/host/managed-units.ts';
import { deviceAllocations } from '../lib/sources/kubelet/device-allocations.ts';
import { type RuntimeEndpoint, runtimeEndpoint } from '../lib/sources/runtime/runtime-endpoint.ts';
import { within } from '../lib/sources/within.ts';
import { readFacts } from './guard-facts.ts';

/** What only the agent's memory and ledger know; a single look has neither. */
export type Remembered = Pick<GuardFacts, 'healthyIn' | 'ledgerLost'> & {
  /** What the Node's annotations said when they could last be read. */
  readonly switches?: NodeSwitches;
};

/** What the operator says about guards. */
export type Configured = Pick<GuardFacts, 'now' | 'windows' | 'controlPlaneAllowed'>;

export const configured = ({ guards: { windows, controlPlane } }: AgentConfig, now: Instant): Configured => ({
  now,
  windows,
  controlPlaneAllowed: controlPlane.allow,
});

/** Everything that bears on whether a remedy may run now, and on what it would disrupt. */
export interface RemedyGuards {
  readonly facts: GuardFacts;
  /** The unit this remedy would touch for this problem. */
  unitFor(standing: Standing, remedy: Pick<Remedy, 'id'>): string | undefined;
  disruption(standing: Standing, remedy: Remedy, survives: boolean | undefined): Disruption;
  /** The same, were nothing pending. */
  lasting(remedy: Remedy, survives: boolean | undefined): Disruption;
  holds(
    standing: Standing,
    remedy: Remedy,
    classes: { readonly disruption: Disruption; readonly allowed: Disruption },
  ): readonly Hold[];
}

/** The unit a remedy touches, as its plan will choose it. */
function unitOfRemedy(
  { fault }: Pick<Standing, 'fault'>,
  { id }: Pick<Remedy, 'id'>,
  managed: ManagedUnits | undefined,
  endpoint: RuntimeEndpoint | undefined,
): string | undefined {
  if (managed?.kind !== 'units') return undefined;
  if (id === 'restart-kubelet' || id === 'set-eviction-hard') return managed.kubelet;
  if (id !== 'restart-runtime') return undefined;
  const runtimes: readonly TargetRuntime[] = endpoint?.services ?? [];
  const runtime = runtimeFor(fault, runtimes);
  return runtime === undefined ? undefined : runtimeUnit(fault, runtime, managed.units)?.id;
}

/** What carries the runtime that a restart for this problem is about. */
const insideOf = ({ fault }: Standing, endpoint: RuntimeEndpoint | undefined): string | undefined =>
  runtimeFor(fault, endpoint?.services ?? [])?.inside;

export interface GuardOptions {
  readonly remembered?: Remembered;
  readonly configured?: Configured;
  /** A person waits: what is not there by then was not looked at. */
  readonly bound?: { readonly host: HostView; readonly after: Duration };
}

/** Read when a problem has a remedy, and never on a healthy node. */
export async function readGuards(
  read: FactOf,
  { remembered: { switches, ...remembered } = {}, configured = {}, bound }: GuardOptions = {},
): Promise<RemedyGuards> {
  const factOf: FactOf = (source) => (bound === undefined ? read(source) : within(bound.host, read(source), bound.after));
  const [{ managed, ...seen }, endpoint, devices] = await Promise.all([
    readFacts(factOf, switches),
    factOf(runtimeEndpoint),
    factOf(deviceAllocations),
  ]);
  // Asked of control plane hosts alone, and where the answer could allow anything.
  const isAsked = configured.controlPlaneAllowed === true && (seen.controlPlane ?? []).length > 0;
  const etcd = isAsked ? await factOf(etcdQuorum) : undefined;
  const facts = { ...seen, ...configured, ...remembered, ...present('etcd', etcd) };
  const held = devices?.kind === 'known' ? devices.resources : undefined;
  const unitFor: RemedyGuards['unitFor'] = (standing, remedy) => unitOfRemedy(standing, remedy, managed, endpoint);
  const target = (standing: Standing, remedy: Remedy) => present('unit', unitFor(standing, remedy));
  return {
    facts,
    unitFor,
    disruption: (standing, remedy, survives) =>
      disruptionHere(remedy, { survives, pending: pendingFor(facts, target(standing, remedy)).length > 0, devices: held }),
    lasting: (remedy, survives) => disruptionHere(remedy, { survives, pending: false, devices: held }),
    holds: (standing, remedy, classes) =>
      holdsOf(
        { ...facts, ...present('runtimeInside', insideOf(standing, endpoint)) },
        {
          remedy: remedy.id,
          reason: standing.fault.reason,
          ...present('starved', standing.fault.starved),
          ...present('stopped', standing.fault.stopped),
          ...classes,
          ...target(standing, remedy),
        },
      ),
  };
}
