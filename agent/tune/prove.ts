import type { HostView } from '../../lib/host/host.ts';
import { isObject } from '../../lib/model/json.ts';
import { present } from '../../lib/model/present.ts';
import type { FactOf } from '../../lib/model/source.ts';
import { type Instant, seconds } from '../../lib/model/units.ts';
import { conditionOf, nodeObject } from '../../lib/sources/cluster/node-object.ts';
import { type KubeletConfigz, kubeletConfigz } from '../../lib/sources/kubelet/kubelet-configz.ts';
import { type KubeletHealth, kubeletHealthz } from '../../lib/sources/kubelet/kubelet-healthz.ts';
import { type KubeletProcess, kubeletProcess } from '../../lib/sources/kubelet/kubelet-process.ts';
import { type KubeletSettings, kubeletSettings } from '../../lib/sources/kubelet/kubelet-settings.ts';
import { kubeletStartLine } from '../../lib/sources/kubelet/kubelet-start-line.ts';
import type { Expectation, StepResult } from '../../lib/tune/transaction.ts';
import { judge, type Verdict, type Witnesses } from '../../lib/tune/witness.ts';
import { factsOf } from '../facts.ts';
import { gatherer } from '../gather.ts';
import type { ProveOptions } from './hands.ts';

const EVERY = seconds(1);
/** What runs does not change by waiting; a look may fall between two processes. */
const MOST_CONTRADICTIONS = 5;

/** Of this moment: what a source remembers of a host object, a young kubelet did not know yet. */
const lookNow = (host: HostView): FactOf => factsOf(gatherer({ ...host }));

type Texts = Readonly<Record<string, string>>;
const textsOf = (value: unknown): Texts => (isObject(value) ? (value as Texts) : {});

function whyUnhealthy(health: KubeletHealth | undefined): string | undefined {
  if (health === undefined) return 'its health endpoints could not be asked';
  if (health.kind === 'not-asked') return health.why;
  // 401 and 403 are answers of a kubelet that lives.
  const silent = health.probes.find(({ answer }) => answer.kind !== 'response' || ![200, 401, 403].includes(answer.status));
  if (silent === undefined) return undefined;
  const { url, answer } = silent;
  return `${url} gives ${answer.kind === 'response' ? answer.status : answer.kind}`;
}

async function readNode(look: ReturnType<typeof lookNow>): Promise<Witnesses['node']> {
  const node = await look(nodeObject);
  if (node?.kind !== 'found') return { kind: 'unseen', why: node !== undefined && 'why' in node ? node.why : 'no answer' };
  const ready = conditionOf(node.value, 'Ready');
  if (ready?.status !== 'True')
    return { kind: 'not-ready', why: `its Node is not Ready: ${ready?.message ?? 'no such condition'}` };
  return { kind: 'ready', ...(ready.heartbeatAt === undefined ? {} : { heartbeatAt: ready.heartbeatAt }) };
}

async function lastChange(host: HostView, files: readonly string[]): Promise<Instant | undefined> {
  const looks = await Promise.all(files.map((path) => host.fileStatus(path)));
  const times = looks.flatMap((look) => (look.kind === 'status' ? [look.changedAt ?? look.modifiedAt] : []));
  return times.length === 0 ? undefined : Math.max(...times);
}

function processOf(process: KubeletProcess | undefined, boot: string): Witnesses['process'] {
  if (process?.kind !== 'running') return undefined;
  const { pid, startTicks, argv, startedAt } = process;
  return { pid, startTicks, boot, argv, startedAt };
}

export const runningKubelet = async (host: HostView, boot: string): Promise<Witnesses['process'] | undefined> =>
  processOf(await lookNow(host)(kubeletProcess), boot);

function readOf(settings: KubeletSettings | undefined): Witnesses['read'] {
  if (settings === undefined) return { hard: {}, soft: {}, grace: {}, uncertain: 'its settings could not be read' };
  const { evictionHard: hard, evictionSoft: soft, evictionSoftGracePeriod: grace } = settings;
  return { hard: hard.value, soft: soft.value, grace: grace.value, ...present('uncertain', hard.uncertain) };
}

function configzOf(answer: KubeletConfigz | undefined): Witnesses['configz'] {
  if (answer?.kind !== 'config') return undefined;
  const { evictionHard, evictionSoft, evictionSoftGracePeriod } = answer.content;
  return { hard: textsOf(evictionHard), soft: textsOf(evictionSoft), grace: textsOf(evictionSoftGracePeriod) };
}

async function readWitnesses(host: HostView, boot: string, files: readonly string[]): Promise<Witnesses> {
  const look = lookNow(host);
  const [process, settings, configz, line, health, node, filesChangedAt] = await Promise.all([
    look(kubeletProcess),
    look(kubeletSettings),
    look(kubeletConfigz),
    look(kubeletStartLine),
    look(kubeletHealthz),
    readNode(look),
    lastChange(host, files),
  ]);
  return {
    now: host.clock.now(),
    node,
    read: readOf(settings),
    ...present('process', processOf(process, boot)),
    ...present('configz', configzOf(configz)),
    ...(line?.kind === 'heard' ? { logged: line.evictionHard } : {}),
    ...present('filesChangedAt', filesChangedAt),
    ...present('unhealthy', whyUnhealthy(health)),
  };
}

export interface ProverParts {
  readonly host: HostView;
  readonly boot: string;
  /** Why there is nothing to wait for: the unit exits again and again. Undefined: it may still come. */
  hopeless(): Promise<string | undefined>;
}

/** Looks until it is proved, it is certain that it will not be, or the time is up. */
export async function prove(expected: Expectation, options: Omit<ProveOptions, 'unit'>, parts: ProverParts): Promise<StepResult> {
  const { host, boot } = parts;
  const { within, former, files } = options;
  const until = host.clock.monotonic() + within;
  let verdict: Verdict;
  let contradicted = 0;
  for (;;) {
    verdict = judge(expected, former, await readWitnesses(host, boot, files));
    if (verdict.kind === 'proved') return { kind: 'done', what: verdict.how };
    contradicted = verdict.kind === 'otherwise' ? contradicted + 1 : 0;
    const over = host.clock.monotonic() >= until || contradicted > MOST_CONTRADICTIONS;
    const hopeless = over ? undefined : await parts.hopeless();
    if (hopeless !== undefined) return { kind: 'failed', why: hopeless };
    if (over) return { kind: 'failed', why: verdict.why };
    await host.clock.sleep(EVERY);
  }
}
