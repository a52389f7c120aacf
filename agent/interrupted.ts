import type { Ledger } from '../lib/ledger/ledger.ts';
import { unfinished } from '../lib/policy/still-open.ts';

/** What the agent was doing when it was ended is over, and has been paid for. */
export async function closeInterrupted(ledger: Ledger, goingOn: ReadonlySet<string> = new Set()): Promise<void> {
  for (const { action, incident, remedy } of unfinished(ledger.entries)) {
    if (goingOn.has(action)) continue;
    // Of a reboot nobody knew the outcome when the agent ended: agent/reboot/resume.ts.
    if (remedy === 'reboot') continue;
    const message = 'the agent ended before it knew the outcome';
    await ledger.append({ kind: 'outcome', action, incident, remedy, outcome: 'interrupted', message });
  }
}
