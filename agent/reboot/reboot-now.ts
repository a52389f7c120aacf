import type { HostControl } from '../../lib/host/host-control.ts';
import { parseOwner } from '../../lib/model/cordon.ts';
import { printable } from '../../lib/model/printable.ts';
import { type LastLookParts, leaseHeld, lookInTheLastSecond, lookOnce } from './last-look.ts';
import type { RebootReport } from './program.ts';

type Said = Pick<RebootReport, 'kind' | 'why'>;

export interface RebootNowParts extends Omit<LastLookParts, 'notOurs' | 'lease'> {
  readonly control: HostControl;
  /** On record before systemd is told. */
  say(report: Said): Promise<void>;
}

/** An agent's cordon is the agent's to work under; a person's is the guard `human`. */
function notOurs(owner: string | undefined): string | undefined {
  if (parseOwner(owner)?.kind === 'agent') return undefined;
  return owner === undefined ? 'the node was cordoned by somebody else' : `the node was cordoned by ${printable(owner, 200)}`;
}

/** Reboots the host if nothing stands in the way at this moment. */
export async function rebootNow(parts: RebootNowParts): Promise<Said> {
  const { host, node, control, say } = parts;
  const look = () => lookOnce({ ...parts, notOurs, lease: () => leaseHeld(host, node) });
  const reasons = await lookInTheLastSecond(host.clock, look);
  if (reasons.length > 0) return { kind: 'refused', why: reasons.join('; ') };
  const rebooting: Said = { kind: 'rebooting', why: 'cordoned by the agent, empty, and nothing inhibits it' };
  await say(rebooting);
  const answer = await control.control({ kind: 'reboot' });
  if (answer.kind === 'done') return rebooting;
  return { kind: 'failed', why: `systemctl reboot: ${answer.kind === 'failed' ? answer.why : answer.kind}` };
}
