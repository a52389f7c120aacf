import type { HostView } from '../../lib/host/host.ts';
import { printable } from '../../lib/model/printable.ts';
import { isUnavailable } from '../../lib/model/source.ts';
import { type Duration, KiB, seconds } from '../../lib/model/units.ts';
import { kubeletHealthz } from '../../lib/sources/kubelet/kubelet-healthz.ts';
import { gatherer } from '../gather.ts';
import { describe, lookAtOne } from '../steps/look.ts';

const FATAL = /^F\d{4} |failed to run Kubelet|run.go:\d+|Error: |error: |invalid|panic/;

/** What it said before it went, by its own journal. */
export async function lastWords(host: HostView, unit: string): Promise<string> {
  const argv = ['journalctl', '--no-pager', '--quiet', '-u', unit, '-n', '60', '-o', 'cat'] as const;
  const result = await host.run(argv, { deadline: seconds(3), maxBytes: 256 * KiB });
  if (result.kind !== 'exited' || result.code !== 0) return '';
  const line = result.stdout.split('\n').findLast((one) => FATAL.test(one));
  return line === undefined ? '' : `: ${printable(line, 300)}`;
}

/** Twice: a first look may fall into a restart that is meant. */
export function watchUnit(host: HostView, unit: string): () => Promise<string | undefined> {
  let ended = 0;
  return async () => {
    const now = await lookAtOne(host, unit);
    if (now === undefined) return undefined;
    const isOver = now.subState === 'auto-restart' || now.activeState === 'failed' || now.activeState === 'inactive';
    ended = isOver && !(now.hasJob && now.activeState !== 'activating') ? ended + 1 : 0;
    return ended < 3 ? undefined : `the kubelet does not stay up, ${describe(now)}${await lastWords(host, unit)}`;
  };
}

/** Undefined: it answers. Else why it did not in time. */
export async function awaitHealthy(host: HostView, unit: string, within: Duration): Promise<string | undefined> {
  const hopeless = watchUnit(host, unit);
  const until = host.clock.monotonic() + within;
  for (;;) {
    const health = await gatherer({ ...host }).fact(kubeletHealthz);
    const isAsked = !isUnavailable(health) && health.kind === 'asked';
    const answers = isAsked && health.probes.every(({ answer }) => answer.kind === 'response' && answer.status < 500);
    if (answers) return undefined;
    const why = await hopeless();
    if (why !== undefined) return why;
    if (host.clock.monotonic() >= until) return `the kubelet's health endpoint does not answer${await lastWords(host, unit)}`;
    await host.clock.sleep(seconds(1));
  }
}
