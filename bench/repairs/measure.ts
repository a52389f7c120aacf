import { setTimeout as sleep } from 'node:timers/promises';
import type { LabHost } from '../../test/lab/host.ts';
import type { Lab } from '../../test/lab/lab.ts';
import { begunAt, ledgerOf, strainNow, type TimedEntry } from './agent-on-host.ts';
import { uptime } from './clock.ts';
import { complaintsOf } from './complaints.ts';
import { type ContainerChanges, changesBetween, containersOf } from './containers.ts';
import { kubeletAnswers, plegOf, probe, runtimeAnswers } from './probes.ts';
import type { Scenario } from './scenario.ts';
import { type ApiObject, adminAgent, isReady, spans, type Watch, watchApi } from './watch-api.ts';

/** Times in seconds from the fault's beginning. Absent: it did not happen. */
export interface Run {
  readonly node: string;
  readonly at: string;
  /** Load of the machine, and share of time in which tasks waited for a CPU, when the fault began. */
  readonly load: number;
  readonly waiting: number;
  /** The problem was active. */
  readonly found?: number;
  /** The intent was on disk. */
  readonly acted?: number;
  /** The unit's new run began. */
  readonly restarted?: number;
  /** The daemon answered again, its list too. */
  readonly answers?: number;
  /** A relist that was finished after the action began, seen in the kubelet's own metric. */
  readonly fresh?: number;
  /** The remedy's outcome was known. */
  readonly verified?: number;
  /** The incident was closed. */
  readonly closed?: number;
  readonly healedBy?: string;
  readonly reasons: readonly string[];
  readonly remedies: readonly {
    readonly remedy: string;
    readonly unit?: string;
    readonly outcome?: string;
    readonly message?: string;
  }[];
  readonly containers: ContainerChanges;
  /** Spans in which the API server had the Node as not Ready, in seconds. */
  readonly notReady: readonly number[];
  readonly taints: readonly string[];
  /** The API server told of the Node at all; else the two above say nothing. */
  readonly watched: boolean;
  /** Longest time in which a pod that was Ready was not, and how many were. */
  readonly podsUnready: { readonly count: number; readonly longest: number };
  readonly complaints: readonly string[];
}

interface Observers {
  readonly node: Watch;
  readonly pods: Watch;
  readonly pleg: ReturnType<typeof probe<{ last: number }>>;
  answers?: ReturnType<typeof probe<true>>;
}

function observe(host: LabHost, lab: Lab, agent: ReturnType<typeof adminAgent>): Observers {
  return {
    node: watchApi(lab.state, `/api/v1/nodes?fieldSelector=metadata.name=${host.name}`),
    pods: watchApi(lab.state, `/api/v1/pods?fieldSelector=spec.nodeName=${host.name}`),
    pleg: probe(1000, () => plegOf(host, agent)),
  };
}

const isOf = (scenario: Scenario) => (entry: TimedEntry) =>
  entry.kind === 'opened' && entry.type === scenario.problem?.type && entry.reason === scenario.problem.reason;

/** Asked only once the agent acts: the questions would queue at a hung daemon. */
function answering(scenario: Scenario, host: LabHost, agent: ReturnType<typeof adminAgent>) {
  const isKubelet = scenario.unit === 'kubelet';
  return probe(250, () => (isKubelet ? kubeletAnswers(host, agent) : runtimeAnswers(host)));
}

interface Progress {
  readonly entries: readonly TimedEntry[];
  readonly done: boolean;
}

async function look(scenario: Scenario, host: LabHost, struck: number, observers: Observers): Promise<Progress> {
  const entries = (await ledgerOf(host)).filter(({ machineUp }) => machineUp >= struck - 50);
  const opened = entries.filter(isOf(scenario)).flatMap((entry) => ('incident' in entry ? [entry.incident] : []));
  const isOpen = entries.filter(({ kind }) => kind === 'opened').length > entries.filter(({ kind }) => kind === 'closed').length;
  const since = entries.find(({ kind }) => kind === 'intent')?.machineUp ?? struck;
  const isFresh = (observers.pleg.seen.at(-1)?.value?.last ?? 0) > since;
  return { entries, done: opened.length > 0 && !isOpen && isFresh && scenario.lookFor === undefined };
}

async function follow(
  scenario: Scenario,
  host: LabHost,
  struck: number,
  observers: Observers,
  agent: ReturnType<typeof adminAgent>,
) {
  const until = struck + (scenario.lookFor ?? 180) * 1000;
  for (;;) {
    const { entries, done } = await look(scenario, host, struck, observers);
    const acts = entries.some(({ kind }) => kind === 'intent') || scenario.remedy === undefined;
    if (acts && scenario.lookFor === undefined) observers.answers ??= answering(scenario, host, agent);
    if (done || uptime() > until) return entries;
    await sleep(300);
  }
}

function unreadyPods(pods: Watch, struck: number, end: number) {
  const byUid = Map.groupBy(pods.seen, ({ object }) => object.metadata.uid);
  const times = [...byUid.values()].flatMap((seen) => {
    const before = seen.findLast(({ at }) => at < struck);
    if (before === undefined || !isReady(before.object)) return [];
    const found = spans(
      seen.filter(({ at, kind }) => at >= struck && kind !== 'DELETED'),
      (object) => !isReady(object),
      end,
    );
    return found.length === 0 ? [] : [Math.max(...found.map(({ ms }) => ms))];
  });
  return { count: times.length, longest: Math.round(Math.max(0, ...times)) / 1000 };
}

const taintsOf = ({ spec }: ApiObject): readonly string[] => (spec.taints ?? []).map(({ key, effect }) => `${key}:${effect}`);

function remediesOf(entries: readonly TimedEntry[]): Run['remedies'] {
  return entries.flatMap((entry) => {
    if (entry.kind !== 'intent') return [];
    const end = entries.find((other) => other.kind === 'outcome' && other.action === entry.action);
    const unit = entry.unit === undefined ? {} : { unit: entry.unit };
    return [
      { remedy: entry.remedy, ...unit, ...(end?.kind === 'outcome' ? { outcome: end.outcome, message: end.message } : {}) },
    ];
  });
}

export async function measure(scenario: Scenario, host: LabHost, lab: Lab): Promise<Run> {
  await scenario.prepare?.(host, lab);
  const agent = adminAgent(lab.state, 'apiserver-kubelet-client');
  const observers = observe(host, lab, agent);
  await sleep(1500);
  const before = containersOf(host);
  const strain = strainNow();
  const struck = uptime();
  const at = new Date().toISOString();
  try {
    await scenario.strike(host, lab);
    const entries = await follow(scenario, host, struck, observers, agent);
    const seconds = (time: number | undefined) => (time === undefined ? undefined : Math.round(time - struck) / 1000);
    const begun = scenario.unit === undefined ? undefined : await begunAt(host, scenario.unit);
    const acted = entries.find(({ kind }) => kind === 'intent')?.machineUp;
    const since = acted ?? struck;
    const closed = entries.findLast(({ kind }) => kind === 'closed');
    const times = {
      found: seconds(entries.find(isOf(scenario))?.machineUp),
      acted: seconds(acted),
      restarted: begun === undefined || begun < struck ? undefined : seconds(begun),
      answers: seconds(
        observers.answers?.seen.find(({ value, at: seen }) => value !== undefined && seen >= (begun ?? struck))?.at,
      ),
      fresh: seconds(observers.pleg.seen.find(({ value, at: seen }) => (value?.last ?? 0) > since && seen > since)?.at),
      verified: seconds(entries.find(({ kind }) => kind === 'outcome')?.machineUp),
      closed: seconds(closed?.machineUp),
    };
    const end = uptime();
    const run: Run = {
      node: host.name,
      at,
      ...strain,
      ...(Object.fromEntries(Object.entries(times).filter(([, time]) => time !== undefined)) as Partial<typeof times & object>),
      ...(closed?.kind === 'closed' ? { healedBy: closed.healedBy } : {}),
      reasons: entries.flatMap((entry) => (entry.kind === 'opened' ? [`${entry.type}/${entry.reason}`] : [])),
      remedies: remediesOf(entries),
      containers: changesBetween(before, containersOf(host)),
      notReady: spans(observers.node.seen, (node) => !isReady(node), end).map(({ ms }) => Math.round(ms) / 1000),
      taints: [...new Set(observers.node.seen.flatMap(({ object }) => taintsOf(object)))],
      watched: observers.node.seen.length > 0,
      podsUnready: unreadyPods(observers.pods, struck, end),
      complaints: [],
    } as Run;
    const more = (await scenario.inspect?.(host, lab, run)) ?? [];
    return { ...run, complaints: [...complaintsOf(scenario, run), ...more] };
  } finally {
    for (const observer of [observers.node, observers.pods, observers.pleg, observers.answers]) observer?.end();
    agent.destroy();
    await scenario.mend(host, lab);
  }
}
