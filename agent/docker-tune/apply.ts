import { withValue } from '../../lib/docker/daemon-json.ts';
import { messageOf } from '../../lib/model/error-words.ts';
import { seconds } from '../../lib/model/units.ts';
import type { DockerSays, TuneHands, TuneJournal } from './hands.ts';

export type TuneResult =
  | { readonly state: 'applied' | 'reverted'; readonly docker: DockerSays }
  | { readonly state: 'rolled-back'; readonly cause: string };

const PATIENCE = seconds(20);
const AGAIN = seconds(0.5);

/** A key that is gone from the file changes nothing in the running docker: live-restore goes off by being said so alone. */
function offText({ before }: TuneJournal): string {
  const edited = withValue(before ?? undefined, 'live-restore', false);
  return edited.kind === 'text' ? edited.text : '{"live-restore": false}\n';
}

class Unproved extends Error {}

async function until<Value>(hands: TuneHands, what: string, ask: () => Promise<Value | undefined>): Promise<Value> {
  const end = hands.now() + PATIENCE;
  let last = '';
  while (hands.now() <= end) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = `: ${messageOf(error)}`;
    }
    await hands.sleep(AGAIN);
  }
  throw new Unproved(`${what} within ${PATIENCE / 1000}s${last}`);
}

/** Reloads, and waits until docker says that it took the file and is as it should be: the same process, the same containers' parent. */
async function reloadUntil(hands: TuneHands, liveRestore: boolean | undefined): Promise<DockerSays> {
  const before = await hands.docker();
  const since = hands.now();
  await hands.reload();
  const report = await until(hands, 'docker did not report a reload', () => hands.reloadReported(since));
  if (!report.ok) throw new Unproved(`docker refused the file: ${report.line}`);
  const after = await until(hands, `docker info did not say live-restore ${liveRestore === true ? 'on' : 'off'}`, async () => {
    const says = await hands.docker();
    return liveRestore === undefined || says.liveRestore === liveRestore ? says : undefined;
  });
  if (after.pid !== before.pid || after.startTicks !== before.startTicks) throw new Unproved('docker was restarted meanwhile');
  return after;
}

function restore(hands: TuneHands, { path, before, mode }: TuneJournal): void {
  if (before === null) hands.remove(path);
  else if (hands.readText(path) !== before) hands.write(path, before, mode);
}

/** Back to the byte, and docker back to what it ran with. */
async function goBack(hands: TuneHands, journal: TuneJournal): Promise<DockerSays> {
  const { path, mode, hadLiveRestore } = journal;
  let says = await hands.docker();
  if (says.liveRestore && !hadLiveRestore) {
    hands.write(path, offText(journal), mode);
    says = await reloadUntil(hands, false).finally(() => restore(hands, journal));
  } else restore(hands, journal);
  if (!journal.hadUntriedEdits && journal.before !== null) await hands.recordReload(says, path);
  return says;
}

async function rollBack(hands: TuneHands, journal: TuneJournal, cause: string): Promise<TuneResult> {
  let more = '';
  hands.saveJournal({ ...journal, going: 'back' });
  try {
    await goBack(hands, journal);
  } catch (error) {
    // The bytes come first; what docker runs with, the next look tells.
    restore(hands, journal);
    more = `; ${journal.path} is as before, and docker could not be brought back to it: ${messageOf(error)}`;
  }
  hands.saveJournal({ ...journal, state: 'rolled-back' });
  return { state: 'rolled-back', cause: `${cause}${more}` };
}

/** Goes on from wherever an earlier run was cut off: each step may be done twice. */
export async function applySettings(hands: TuneHands, journal: TuneJournal): Promise<TuneResult> {
  hands.saveJournal(journal);
  try {
    const objection = await hands.objection(journal.after);
    if (objection !== undefined) throw new Unproved(`dockerd --validate: ${objection}`);
    if (hands.readText(journal.path) !== journal.after) hands.write(journal.path, journal.after, journal.mode);
    const docker = await reloadUntil(hands, journal.wantsLiveRestore ? true : undefined);
    // Edits of others in that file are as untried as before.
    if (!journal.hadUntriedEdits) await hands.recordReload(docker, journal.path);
    hands.saveJournal({ ...journal, state: 'applied' });
    return { state: 'applied', docker };
  } catch (error) {
    return await rollBack(hands, journal, messageOf(error));
  }
}

/** The file is neither what was written nor what it was before. */
export function changedByOthers(hands: Pick<TuneHands, 'readText'>, journal: TuneJournal): boolean {
  const found = hands.readText(journal.path) ?? null;
  return found !== journal.before && found !== journal.after && found !== offText(journal);
}

export async function revertSettings(hands: TuneHands, journal: TuneJournal): Promise<TuneResult> {
  hands.saveJournal({ ...journal, state: 'under-way', going: 'back' });
  try {
    const docker = await goBack(hands, journal);
    hands.saveJournal({ ...journal, state: 'reverted' });
    return { state: 'reverted', docker };
  } catch (error) {
    restore(hands, journal);
    hands.saveJournal({ ...journal, state: 'rolled-back' });
    return { state: 'rolled-back', cause: messageOf(error) };
  }
}
