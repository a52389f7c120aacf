import { checks } from '../../lib/checks/index.ts';
import type { AgentConfig } from '../../lib/config/schema.ts';
import type { Clock, HostView } from '../../lib/host/host.ts';
import type { RebootSettings } from '../../lib/model/reboot.ts';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { seconds } from '../../lib/model/units.ts';
import { isFault } from '../../lib/policy/report.ts';
import { follow, judgeCourse, judgeNode, startCourse, type Wellness } from '../../lib/reboot/validation.ts';
import type { ClusterPods } from '../drain/cluster-pods.ts';
import { type CheckResult, runRound, type SelectedCheck } from '../round.ts';
import { readRunning } from '../running.ts';
import { readNodeFacts } from './node-facts.ts';

const LOOK_EVERY = seconds(5);
/** What a node is for, whatever it was rebooted for. */
const ALWAYS = ['kubelet-health', 'container-runtime', 'pleg-health'];

/** Undefined: it has been well for long enough. */
export async function validated(
  clock: Clock,
  look: () => Promise<Wellness>,
  { validation }: Pick<RebootSettings, 'validation'>,
  signal?: AbortSignal,
): Promise<string | undefined> {
  let course = startCourse(clock.monotonic());
  for (;;) {
    const began = clock.monotonic();
    course = follow(course, await look(), began);
    const verdict = judgeCourse(course, validation, clock.monotonic());
    if (verdict.kind === 'passed') return undefined;
    if (verdict.kind === 'failed') return verdict.why;
    if (signal?.aborted === true) return 'interrupted';
    await clock.sleep(Math.min(LOOK_EVERY, validation.stable || LOOK_EVERY), signal).catch(() => undefined);
  }
}

/** Pure: what these checks say of a host that should be well; one that could not tell has not said that it is. */
export function wellnessOf(results: readonly Pick<CheckResult, 'check' | 'findings'>[]): Wellness {
  for (const { check, findings } of results) {
    const fault = findings.filter(isFault).find(({ severity }) => severity !== 'notice');
    if (fault !== undefined) return { kind: 'unwell', why: `${check.id}: ${fault.message}` };
    const unknown = findings.find(({ verdict }) => verdict === 'unknown');
    if (unknown !== undefined) return { kind: 'unwell', why: `${check.id} could not tell: ${unknown.message}` };
  }
  return { kind: 'well' };
}

function selected(config: AgentConfig, ids: readonly string[]): readonly SelectedCheck[] {
  return checks
    .filter(({ id }) => ids.includes(id))
    .map((check) => {
      const { enabled: _enabled, interval: _interval, ...settings } = config.checks[check.id] ?? {};
      return { check, settings: settings as SelectedCheck['settings'] };
    });
}

/** What the host was rebooted for: the check that found it, and the type of the problem. */
export interface RebootedFor {
  readonly check: string;
  readonly type: string;
}

/**
 * What the agent of this boot says of it: some checks know only what a running agent has heard. A problem that it remembers stands
 * there as clearing until its check has looked.
 */
export function judgeAgent(status: Pick<Snapshot, 'checks' | 'problems'> | undefined, { check, type }: RebootedFor): Wellness {
  if (status === undefined) return { kind: 'unwell', why: 'the agent has not said anything since the boot' };
  const problem = status.problems.find((one) => one.type === type);
  if (problem !== undefined) return { kind: 'unwell', why: `${type} is ${problem.state}: ${problem.message}` };
  const own = status.checks.find(({ name }) => name === check);
  if (own?.lastRun === null) return { kind: 'unwell', why: `${check} has not run since the boot` };
  return own?.status === 'unknown' ? { kind: 'unwell', why: `${check} could not tell: ${own.summary}` } : { kind: 'well' };
}

export interface HostWellness {
  readonly host: HostView;
  readonly cluster: Pick<ClusterPods, 'node'>;
  readonly config: AgentConfig;
  readonly node: string;
  /** Of the boot that is validated. */
  readonly boot: string;
  readonly rebootedFor: RebootedFor;
}

/** One look: runtime, kubelet and the check that failed, and the Node as the API server has it. */
export async function lookAtHost({ host, cluster, config, node, boot, rebootedFor }: HostWellness): Promise<Wellness> {
  const [round, facts, status] = await Promise.all([
    runRound(host, selected(config, ALWAYS)),
    readNodeFacts(cluster, node),
    readRunning(host, undefined),
  ]);
  for (const wellness of [wellnessOf(round.results), judgeAgent(status, rebootedFor)]) {
    if (wellness.kind === 'unwell') return wellness;
  }
  if (facts.kind === 'absent') return { kind: 'unwell', why: 'the Node was deleted' };
  return facts.kind === 'unknown' ? { kind: 'unwell', why: facts.why } : judgeNode(facts.value, boot);
}
