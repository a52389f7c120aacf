import { planSettings, type SettingsPlan } from '../../lib/docker/settings.ts';
import type { WantedSettings } from '../../lib/docker/settings-edit.ts';
import type { HostView } from '../../lib/host/host.ts';
import { unifiedDiff } from '../../lib/tune/diff.ts';
import { type DockerTuning, standing } from '../output/docker-tune.ts';
import { applySettings, changedByOthers, revertSettings, type TuneResult } from './apply.ts';
import type { TuneHands, TuneJournal } from './hands.ts';
import { modeOf } from './local-hands.ts';
import { type DockerLook, lookAtSettings } from './look.ts';
import { refused } from './refused.ts';

export type Asked = 'apply' | 'revert' | 'plan';

function newJournal(look: DockerLook, after: string, wanted: WantedSettings, now: number): TuneJournal {
  return {
    version: 1,
    state: 'under-way',
    going: 'forward',
    at: new Date(now).toISOString(),
    path: look.path,
    mode: modeOf(look.path) & 0o7777,
    before: look.text ?? null,
    after,
    wantsLiveRestore: wanted.liveRestore,
    hadLiveRestore: look.liveRestore,
    hadUntriedEdits: look.hasUntriedEdits,
  };
}

export interface Work {
  readonly host: HostView;
  readonly hands: TuneHands;
  readonly socketPath: string;
  readonly last: TuneJournal | undefined;
}

function reportOf(
  look: DockerLook,
  wanted: WantedSettings,
  more: Partial<DockerTuning> & Pick<DockerTuning, 'state'>,
  now: number,
) {
  const liveRestore = more.docker?.liveRestore ?? look.liveRestore;
  const tuning: DockerTuning = {
    ...{ apiVersion: 'nodemend.io/v1', kind: 'DockerTuning', time: new Date(now).toISOString() },
    docker: { version: look.version, pid: look.pid, liveRestore },
    ...{ path: look.path, diff: '', refusals: [], cause: null },
    ...standing({ state: more.state, liveRestore, isReadAtStart: look.isReadAtStart }, wanted),
    ...more,
  };
  return tuning;
}

function diffOf({ path, text }: DockerLook, { after }: SettingsPlan): string {
  return after === undefined ? '' : unifiedDiff(path, text, after);
}

async function plan({ host, socketPath }: Work, wanted: WantedSettings, accepts: boolean) {
  const look = await lookAtSettings(host, socketPath);
  const made = planSettings(accepts ? { ...look, hasUntriedEdits: false } : look, wanted);
  return { look, made };
}

const resultOf = (result: TuneResult): Pick<DockerTuning, 'state' | 'cause'> => ({
  state: result.state,
  cause: result.state === 'rolled-back' ? result.cause : null,
});

/** What an earlier run left half done is brought to its end first, in the direction it was going. */
async function finishEarlier({ hands, last }: Work): Promise<void> {
  if (last?.state !== 'under-way') return;
  if (changedByOthers(hands, last))
    throw refused(`an earlier run was cut off, and ${last.path} was changed since: by hand, please`);
  const result = last.going === 'forward' ? await applySettings(hands, last) : await revertSettings(hands, last);
  if (result.state === 'rolled-back') throw refused(`an earlier run was cut off, and could not be ended: ${result.cause}`);
}

async function apply(work: Work, wanted: WantedSettings, accepts: boolean): Promise<DockerTuning> {
  await finishEarlier(work);
  const { look, made } = await plan(work, wanted, accepts);
  const now = work.host.clock.now();
  if (made.refusals.length > 0) return reportOf(look, wanted, { state: 'refused', refusals: made.refusals }, now);
  const diff = diffOf(look, made);
  // The file may say it and the running docker not: then a reload is all there is to do.
  const isInForce = !wanted.liveRestore || look.liveRestore;
  if (made.after === undefined && isInForce) return reportOf(look, wanted, { state: 'unchanged' }, now);
  const result = await applySettings(work.hands, newJournal(look, made.after ?? look.text ?? '', wanted, now));
  const says = result.state === 'rolled-back' ? look : { ...look, ...result.docker };
  return reportOf(says, wanted, { ...resultOf(result), diff }, now);
}

async function revert(work: Work): Promise<DockerTuning> {
  const { hands, last, host, socketPath } = work;
  if (last === undefined || last.state === 'reverted' || last.state === 'rolled-back')
    throw refused('nothing of ours is in force');
  if (changedByOthers(hands, last)) throw refused(`${last.path} was changed since; what we wrote is in it no more, so it stays`);
  const found = hands.readText(last.path);
  const result = await revertSettings(hands, last);
  const look = await lookAtSettings(host, socketPath);
  const diff = unifiedDiff(last.path, found, last.before ?? '');
  return reportOf(look, { liveRestore: false }, { ...resultOf(result), diff }, host.clock.now());
}

/** One of the three things that can be asked for; throws what the command tells. */
export async function tuneDockerNow(work: Work, wanted: WantedSettings, asked: Asked, accepts: boolean): Promise<DockerTuning> {
  if (asked === 'revert') return await revert(work);
  if (asked === 'apply') return await apply(work, wanted, accepts);
  const { look, made } = await plan(work, wanted, accepts);
  const written = made.after === undefined ? 'unchanged' : 'planned';
  const state = made.refusals.length > 0 ? 'refused' : written;
  return reportOf(look, wanted, { state, refusals: made.refusals, diff: diffOf(look, made) }, work.host.clock.now());
}
