import type { HostView } from '../../host/host.ts';
import { formatDuration } from '../../model/quantity.ts';
import type { ReadContext } from '../../model/source.ts';
import { type Duration, MiB, seconds } from '../../model/units.ts';
import { type JournalEntry, parseJournal } from '../host/journal-entries.ts';
import { kubeletProcess } from './kubelet-process.ts';

export type KubeletLines =
  | { readonly kind: 'read'; readonly entries: readonly JournalEntry[] }
  | { readonly kind: 'unavailable'; readonly why: string };

/** The kubelet's log of the last while, oldest first. Only for what needs it: a journalctl costs 50 ms of CPU. */
export async function readKubeletLines(host: HostView, { use }: ReadContext, since: Duration): Promise<KubeletLines> {
  const kubelet = await use(kubeletProcess);
  if (kubelet.kind === 'running' && kubelet.layout === 'container')
    return { kind: 'unavailable', why: 'the kubelet runs in a container and logs there' };
  if (kubelet.unit === undefined) return { kind: 'unavailable', why: 'the kubelet belongs to no systemd unit' };
  // Relative, so that a recording answers the same question at any time.
  const from = `--since=-${Math.ceil(since / 1000)}s`;
  const words = ['journalctl', '--no-pager', '--quiet', '-u', kubelet.unit, '-n', '3000', from, '-o', 'json'] as const;
  const result = await host.run([...words, '--output-fields=MESSAGE,_PID'], { deadline: seconds(2), maxBytes: 4 * MiB });
  if (result.kind === 'timed-out')
    return { kind: 'unavailable', why: `journalctl gave no answer within ${formatDuration(result.after)}` };
  if (result.kind !== 'exited' || result.code !== 0) return { kind: 'unavailable', why: `journalctl: ${result.kind}` };
  return { kind: 'read', entries: parseJournal(result.stdout) };
}
