import type { HostView } from '../../host/host.ts';
import { defineSource, type ReadContext } from '../../model/source.ts';
import { type Instant, MiB, minutes, seconds } from '../../model/units.ts';
import { parseJournal } from '../host/journal-entries.ts';
import type { Texts } from './kubelet-config-merge.ts';
import { kubeletProcess } from './kubelet-process.ts';

/** The hard thresholds this process logged when it started: true for as long as it runs, whatever became of its files. */
export type KubeletStartLine =
  | { readonly kind: 'heard'; readonly evictionHard: Texts; readonly pid: number }
  | { readonly kind: 'unheard'; readonly why: string };

/** Go's %+v up to v1.26, JSON later: `{Signal:nodefs.available … Percentage:0.05}`, `{"Signal":"nodefs.available",…,"Percentage":0.05}`. */
const THRESHOLD = /Signal"?:"?([\w.]+)"?[ ,].*?Quantity"?:"?([^\s",]+)"?[ ,]"?Percentage"?:([\d.e+-]+)/g;
const LIST = /HardEvictionThresholds"?:(?:null|\[(.*?)\])[ ,}]/;

/** Undefined: not that line. The kubelet's own addition for the pods' cgroup is no setting. */
export function parseStartLine(message: string): Texts | undefined {
  const list = LIST.exec(message);
  if (list === null) return undefined;
  const rows = [...(list[1] ?? '').matchAll(THRESHOLD)].filter(([, signal]) => signal !== 'allocatableMemory.available');
  return Object.fromEntries(rows.map(([, signal = '', quantity = '', share]) => [signal, toText(quantity, Number(share))]));
}

function toText(quantity: string, share: number): string {
  const isShare = quantity === '<nil>' || quantity === 'null';
  // It is a float32, and 7.25% comes back as 7.249999…
  return isShare ? `${Number((share * 100).toPrecision(6))}%` : quantity;
}

const SOON = minutes(1);

async function ask(host: HostView, unit: string, pid: number, startedAt: Instant): Promise<KubeletStartLine> {
  const [since, until] = [startedAt - seconds(2), startedAt + SOON].map((at) => `@${Math.floor(at / 1000)}`);
  const words = [
    'journalctl',
    '--no-pager',
    '--quiet',
    '-u',
    unit,
    `--since=${since}`,
    `--until=${until}`,
    '-o',
    'json',
  ] as const;
  const result = await host.run([...words, '--output-fields=MESSAGE,_PID'], { deadline: seconds(2), maxBytes: 4 * MiB });
  if (result.kind !== 'exited' || result.code !== 0) return { kind: 'unheard', why: `journalctl: ${result.kind}` };
  const own = parseJournal(result.stdout).filter((entry) => entry.pid === pid);
  const evictionHard = own.map(({ message }) => parseStartLine(message)).find((texts) => texts !== undefined);
  return evictionHard === undefined
    ? { kind: 'unheard', why: `the journal has no line of process ${pid} about its thresholds` }
    : { kind: 'heard', evictionHard, pid };
}

/** What a process said at its start it does not say again: asked once for each. */
const remembered = new WeakMap<HostView, { readonly key: string; readonly answer: KubeletStartLine }>();

async function read(host: HostView, { use }: ReadContext): Promise<KubeletStartLine> {
  const process = await use(kubeletProcess);
  if (process.kind !== 'running') return { kind: 'unheard', why: 'no running kubelet' };
  const { unit, pid, startTicks, startedAt } = process;
  if (unit === undefined) return { kind: 'unheard', why: 'the kubelet belongs to no systemd unit' };
  const key = `${pid}:${startTicks}`;
  const before = remembered.get(host);
  if (before?.key === key) return before.answer;

  const answer = await ask(host, unit, pid, startedAt);
  remembered.set(host, { key, answer });
  return answer;
}

export const kubeletStartLine = defineSource<KubeletStartLine>({ id: 'kubelet-start-line', deadline: seconds(7), read });
