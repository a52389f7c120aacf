import type { HostView } from '../../host/host.ts';
import { isObject, parseObject } from '../../model/json.ts';
import { defineSource, type ReadContext } from '../../model/source.ts';
import { type Duration, MiB, minutes, seconds } from '../../model/units.ts';
import type { ConfigObject } from './kubelet-config-files.ts';
import { flagText, parseFlags } from './kubelet-flags.ts';
import { kubeletProcess } from './kubelet-process.ts';

/** What the running kubelet itself says it runs with: its own credential gets 403 (nodes/proxy, from 1.32 nodes/configz, is needed). */
export type KubeletConfigz =
  | { readonly kind: 'config'; readonly content: ConfigObject }
  | { readonly kind: 'unknown'; readonly why: string };

function parseConfigz(body: string): ConfigObject | undefined {
  const config = parseObject(body)?.kubeletconfig;
  return isObject(config) ? config : undefined;
}

interface Remembered {
  readonly key: string;
  readonly until: Duration;
  readonly answer: KubeletConfigz;
}

/** A kubelet's configuration lasts as long as its process; a refusal is asked again after a while, as rights may be granted. */
const ASK_AGAIN = minutes(10);
const remembered = new WeakMap<HostView, Remembered>();

async function ask(host: HostView, port: number): Promise<KubeletConfigz> {
  const answer = await host.httpGet({
    url: `https://127.0.0.1:${port}/configz`,
    tls: 'cluster',
    deadline: seconds(1),
    maxBytes: MiB,
  });
  if (answer.kind !== 'response') return { kind: 'unknown', why: answer.kind };
  if (answer.status !== 200) return { kind: 'unknown', why: `configz answered ${answer.status}` };
  const content = parseConfigz(answer.body);
  return content === undefined ? { kind: 'unknown', why: 'configz answered no kubeletconfig' } : { kind: 'config', content };
}

async function read(host: HostView, { use }: ReadContext): Promise<KubeletConfigz> {
  const process = await use(kubeletProcess);
  if (process.kind !== 'running' || !process.ownsPort) return { kind: 'unknown', why: 'no running kubelet' };
  // The runtime's probes wait for what the kubelet was told; a stopped one would cost them a second of theirs.
  if (/^t$/i.test(process.state)) return { kind: 'unknown', why: 'the kubelet is stopped' };
  const key = `${process.pid}:${process.startTicks}`;
  const now = host.clock.monotonic();
  const before = remembered.get(host);
  if (before?.key === key && (before.answer.kind === 'config' || now < before.until)) return before.answer;

  const port = Number(flagText(parseFlags(process.argv), 'port') ?? 10250);
  const answer = await ask(host, port);
  remembered.set(host, { key, until: now + ASK_AGAIN, answer });
  return answer;
}

export const kubeletConfigz = defineSource<KubeletConfigz>({ id: 'kubelet-configz', deadline: seconds(4), read });
