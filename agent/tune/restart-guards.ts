import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import type { AgentConfig } from '../../lib/config/schema.ts';
import type { HostView } from '../../lib/host/host.ts';
import { DISRUPTION_RANK } from '../../lib/model/disruption.ts';
import type { GuardFacts, Hold, PendingChange, UnitLife } from '../../lib/model/guard.ts';
import type { OwnFile, RestartOrder } from '../../lib/model/request.ts';
import type { Standing } from '../../lib/model/standing.ts';
import { holdsOf } from '../../lib/policy/guards.ts';
import { restartKubelet } from '../../lib/remedies/restart-kubelet.ts';
import { presentFacts } from '../deciding.ts';
import { configured, readGuards } from '../guards.ts';

/** What the ledger and the guards call it: no problem, a person's own change. */
export const TUNING = { type: 'EvictionTuning', reason: 'ThresholdsChanged' } as const;

export function tuningStanding(message: string): Standing {
  const fault = {
    verdict: 'warn',
    ...TUNING,
    severity: 'notice',
    state: 'active',
    message,
    evidence: [],
    advice: [],
  } as const;
  return { identity: TUNING.type, check: '', fault, state: 'active', since: 0, stood: 0, gone: 0 };
}

async function isAsMeant(host: HostView, { path, digest }: OwnFile): Promise<boolean> {
  const answer = await host.readFile(path);
  if (answer.kind === 'missing') return digest === null;
  return answer.kind === 'text' && !answer.truncated && createHash('sha256').update(answer.text).digest('hex') === digest;
}

/** A directory is newer for our file alone, as long as nothing else was put into it or taken out since. */
async function isOnlyOurs(host: HostView, directory: string, own: readonly OwnFile[]): Promise<boolean> {
  const expected = own.find((file) => dirname(file.path) === directory)?.directoryModifiedAt;
  const status = await host.fileStatus(directory);
  return expected !== undefined && status.kind === 'status' && status.modifiedAt === expected;
}

/** What a restart would apply besides the files that were changed for it. */
export async function foreignChanges(
  host: HostView,
  pending: readonly PendingChange[],
  own: readonly OwnFile[],
): Promise<readonly PendingChange[]> {
  const isOwn = async ({ path }: PendingChange): Promise<boolean> => {
    if (path === undefined) return false;
    const file = own.find((one) => one.path === path);
    if (file !== undefined) return await isAsMeant(host, file);
    return await isOnlyOurs(host, path.replace(/\/+$/, ''), own);
  };
  const judged = await Promise.all(pending.map(async (change) => ((await isOwn(change)) ? [] : [change])));
  return judged.flat();
}

/** A unit whose run was begun by us and proved: as if it had run for ever. */
function settled(unit: UnitLife): UnitLife {
  const { startedAgo: _, activeAgo: __, ...rest } = unit;
  return rest;
}

/** Nothing was diagnosed here, so nothing can have been starved instead. */
function factsFor(
  { starvation: _, ...facts }: GuardFacts,
  order: RestartOrder,
  isProved: boolean,
  pending: GuardFacts['pending'],
) {
  const unit = facts.units?.[order.unit];
  const units = unit === undefined || !isProved ? facts.units : { ...facts.units, [order.unit]: settled(unit) };
  return { ...facts, ...(units === undefined ? {} : { units }), ...(pending === undefined ? {} : { pending }) };
}

type Allowance = AgentConfig['remedies'][string];

function ownHolds({ mode }: AgentConfig, allowance: Allowance | undefined, disruption: keyof typeof DISRUPTION_RANK): Hold[] {
  if (mode === 'observe') return [{ id: 'mode', why: 'mode: observe' }];
  if (allowance?.enabled !== true) return [{ id: 'mode', why: 'remedies.restart-kubelet is off' }];
  if (DISRUPTION_RANK[disruption] <= DISRUPTION_RANK[allowance.disruption]) return [];
  return [
    {
      id: 'mode',
      why: `here it would disrupt: ${disruption}; remedies.restart-kubelet.disruption allows ${allowance.disruption}`,
    },
  ];
}

/** What stands against this restart now: the guards of restart-kubelet, for which our own files are no surprise. */
export async function holdsAgainst(order: RestartOrder, host: HostView, config: AgentConfig): Promise<readonly Hold[]> {
  const read = { configured: configured(config, host.clock.now()) };
  const { facts, lasting } = await readGuards(presentFacts(host), read);
  const unit = facts.units?.[order.unit];
  if (unit === undefined) return [{ id: 'unit-unknown', why: `systemd did not say in time what has become of ${order.unit}` }];
  const pending = facts.pending && (await foreignChanges(host, facts.pending, order.own));
  const { proved } = order;
  const main = 'main' in unit ? (unit.main as { readonly pid: number; readonly startTicks: number } | undefined) : undefined;
  const isProved = proved !== undefined && proved.pid === main?.pid && proved.startTicks === main.startTicks;
  const allowance = config.remedies[restartKubelet.id];
  const disruption = lasting(restartKubelet, undefined);
  const action = {
    remedy: restartKubelet.id,
    reason: TUNING.reason,
    disruption,
    allowed: allowance?.disruption ?? restartKubelet.disruption,
    unit: order.unit,
  };
  return [...ownHolds(config, allowance, disruption), ...holdsOf(factsFor(facts, order, isProved, pending), action)];
}
