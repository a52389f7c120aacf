import type { Instant } from '../model/units.ts';
import { parseThreshold } from '../sources/eviction/eviction-thresholds.ts';
import { isSameList } from './node.ts';
import type { BootedProcess, Expectation } from './transaction.ts';

type Texts = Readonly<Record<string, string>>;

/** What the running kubelet, its files and its Node say of themselves at one moment. Absent: it was not to be had. */
export interface Witnesses {
  readonly process?: BootedProcess & { readonly argv: readonly string[]; readonly startedAt: Instant };
  /** The kubelet's own answer. */
  readonly configz?: { readonly hard: Texts; readonly soft: Texts; readonly grace: Texts };
  /** Hard thresholds as this very process logged them. */
  readonly logged?: Texts;
  /** What follows from its command line and the files that are there. */
  readonly read: { readonly hard: Texts; readonly soft: Texts; readonly grace: Texts; readonly uncertain?: string };
  /** Of the files of the change: when the last of them came to be. */
  readonly filesChangedAt?: Instant;
  /** Absent: it answers; else why it does not. */
  readonly unhealthy?: string;
  readonly node:
    | { readonly kind: 'ready'; readonly heartbeatAt?: Instant }
    | { readonly kind: 'not-ready'; readonly why: string }
    | { readonly kind: 'unseen'; readonly why: string };
  readonly now: Instant;
}

/** `how`: what proved it. `why`: what is still missing, or is otherwise. */
export type Verdict =
  | { readonly kind: 'proved'; readonly how: string }
  | { readonly kind: 'not-yet' | 'otherwise'; readonly why: string };

/** Where no API server is to be seen, a kubelet that has answered for this long. */
const STEADY_AFTER = 10_000;
/** Stamps of the Node have whole seconds. */
const WHOLE_SECOND = 1000;

/** What the kubelet derives for itself is no setting. */
const isSetting = (signal: string) => !/^(containerfs|allocatableMemory)\./.test(signal);
const meaning = (text: string | undefined) => JSON.stringify(text === undefined ? { kind: 'off' } : parseThreshold(text));

/** The first signal with another threshold; what is not named is off. */
function differing(wanted: Texts, actual: Texts, mean: (text: string | undefined) => string): string | undefined {
  const signals = [...new Set([...Object.keys(wanted), ...Object.keys(actual)])].filter(isSetting);
  const signal = signals.find((one) => mean(wanted[one]) !== mean(actual[one]));
  return signal === undefined
    ? undefined
    : `${signal} ${actual[signal] ?? 'unguarded'} in place of ${wanted[signal] ?? 'nothing'}`;
}

const plain = (text: string | undefined) => text ?? '';

function differingSet({ hard, soft, grace }: Expectation, actual: { hard: Texts; soft?: Texts; grace?: Texts }) {
  const found = [
    hard === undefined ? undefined : differing(hard, actual.hard, meaning),
    soft === undefined || actual.soft === undefined ? undefined : differing(soft, actual.soft, meaning),
    grace === undefined || actual.grace === undefined ? undefined : differing(grace, actual.grace, plain),
  ];
  return found.find((one) => one !== undefined);
}

type Judgement = { readonly how: readonly string[] } | Exclude<Verdict, { readonly kind: 'proved' }>;

const otherwise = (why: string) => ({ kind: 'otherwise', why }) as const;
const notYet = (why: string) => ({ kind: 'not-yet', why }) as const;

function judgeThresholds(expected: Expectation, seen: Witnesses): Judgement {
  const { configz, logged, read, process } = seen;
  const byConfigz = configz && differingSet(expected, configz);
  if (byConfigz !== undefined) return otherwise(`configz says ${byConfigz}`);
  const byLog = logged && differingSet(expected, { hard: logged });
  if (byLog !== undefined) return otherwise(`process ${process?.pid} logged ${byLog}`);
  if (configz !== undefined) return { how: ['configz'] };
  if (read.uncertain !== undefined) return otherwise(read.uncertain);
  const byFiles = differingSet(expected, read);
  if (byFiles !== undefined) return otherwise(`its command line and files say ${byFiles}`);
  return { how: ['its command line and files', ...(logged === undefined ? [] : ['its log'])] };
}

function judgeNode({ node, now, unhealthy }: Witnesses, startedAt: Instant): Judgement {
  if (unhealthy !== undefined) return notYet(unhealthy);
  if (node.kind === 'not-ready') return notYet(node.why);
  if (node.kind === 'unseen') {
    if (now - startedAt < STEADY_AFTER) return notYet('its health endpoint has not answered for 10s yet');
    return { how: [`healthz (the Node is not to be seen: ${node.why})`] };
  }
  // A Ready of before the start says nothing of this kubelet.
  const isStale = (node.heartbeatAt ?? 0) + WHOLE_SECOND <= startedAt;
  return isStale ? notYet('its Node has had no word of it since its start') : { how: ['its Node, which is Ready'] };
}

/** Pure: whether exactly this runs, by everybody who can say so. */
export function judge(expected: Expectation, former: BootedProcess | undefined, seen: Witnesses): Verdict {
  const { process, filesChangedAt } = seen;
  if (process === undefined) return notYet('no kubelet runs');
  const { pid, startTicks, boot, argv, startedAt } = process;
  if (former?.pid === pid && former.startTicks === startTicks && former.boot === boot)
    return notYet(`process ${pid} still runs, which was started before`);
  if (expected.argv !== undefined && !isSameList(expected.argv, argv))
    return otherwise(`process ${pid} has another command line: ${argv.join(' ').slice(0, 300)}`);
  if (filesChangedAt !== undefined && startedAt <= filesChangedAt)
    return otherwise(`process ${pid} was started before the files were written`);
  const thresholds = judgeThresholds(expected, seen);
  if ('kind' in thresholds) return thresholds;
  const node = judgeNode(seen, startedAt);
  if ('kind' in node) return node;
  return { kind: 'proved', how: `process ${pid} runs with it: ${[...thresholds.how, ...node.how].join(', ')}` };
}
