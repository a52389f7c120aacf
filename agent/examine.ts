import { checks } from '../lib/checks/index.ts';
import { AgentError } from '../lib/errors.ts';
import type { HostView } from '../lib/host/host.ts';
import { nearest } from '../lib/model/nearest.ts';
import type { DoctorReport } from '../lib/model/report.ts';
import { standingGuards } from '../lib/policy/guards.ts';
import { ladderOf } from '../lib/policy/ladder.ts';
import { nextRemedy } from '../lib/policy/next.ts';
import { buildReport } from '../lib/policy/report.ts';
import { problems } from '../lib/problems/index.ts';
import { remedies } from '../lib/remedies/index.ts';
import { nodeState } from '../lib/sources/node-state.ts';
import { factOf, runRound, type SelectedCheck } from './round.ts';

export interface Examination {
  readonly only?: readonly string[];
  readonly version: string;
}

function selectChecks(only: readonly string[] = []): readonly SelectedCheck[] {
  const ids = checks.map(({ id }) => id);
  for (const name of only) {
    if (ids.includes(name)) continue;
    const closest = nearest(name, ids);
    const hint = closest === undefined ? `one of: ${ids.join(', ')}` : `did you mean ${closest}?`;
    throw new AgentError('ARGUMENT_INVALID', `--only: no check ${JSON.stringify(name)}; ${hint}`);
  }
  return checks
    .filter(({ id }) => only.length === 0 || only.includes(id))
    .map((check) => ({
      check,
      settings: Object.fromEntries(Object.entries(check.settings).map(([name, { default: value }]) => [name, value])),
    }));
}

/** One pass of every check, judged and explained: what doctor prints. */
export async function examine(host: HostView, { only, version }: Examination): Promise<DoctorReport> {
  const round = await runRound(host, selectChecks(only));
  const state = await factOf(round, nodeState);
  const guards = standingGuards({ uptime: state?.uptime, paused: state?.pause !== undefined, starved: undefined });
  return buildReport({
    at: round.at,
    node: state?.hostname ?? '',
    version,
    checks: round.results,
    signals: [],
    next: (fault, cause) =>
      nextRemedy(fault, ladderOf(fault, cause, problems), { mode: 'remedy', remedies, enabled: {}, guards, survival: undefined }),
  });
}
