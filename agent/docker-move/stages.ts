import { type Inventory, lossesOf, refreshed, toStartAgain } from '../../lib/docker/inventory.ts';
import type { ForwardStage, MoveJournal } from '../../lib/docker/move-journal.ts';
import type { CopyProgress } from '../../lib/docker/progress.ts';
import { MoveFailure, type MoveNode } from './node.ts';

export interface Telling {
  say(text: string): void;
  progress(progress: CopyProgress): void;
}

type Run = (journal: MoveJournal, node: MoveNode, tell: Telling) => Promise<Partial<MoveJournal> | undefined>;

/** The text of daemon.json as the journal writes it. */
export const configNow = async (journal: MoveJournal, node: MoveNode): Promise<string | null> =>
  (await node.readConfig(journal)) ?? null;

async function stopActive(units: readonly string[], node: MoveNode): Promise<void> {
  for (const unit of units) await node.stop(unit);
}

/** Only those that ran before; docker.socket first, which will not listen beside a daemon that does. */
export async function startAgain({ units }: MoveJournal, which: readonly string[], node: MoveNode): Promise<void> {
  for (const unit of which.filter((one) => units.active.includes(one))) await node.start(unit);
}

/** With live-restore they outlive the daemon, on the old root. */
export async function stopEveryContainer(now: Inventory, node: MoveNode): Promise<void> {
  const running = now.containers.filter((one) => one.running).map(({ id }) => id);
  if (running.length > 0) await node.stopContainers(running);
  const left = (await node.inventory()).containers.filter((one) => one.running);
  if (left.length > 0) throw new MoveFailure(`${left.length} containers still run: ${left.map(({ name }) => name).join(', ')}`);
}

/** Deepest first. Never by force: what is busy is somebody's. */
export async function unmountLeft(root: string, node: MoveNode): Promise<void> {
  const left = await node.mountsBelow(root);
  const foreign = left.find((mount) => !mount.own);
  if (foreign !== undefined) throw new MoveFailure(`${foreign.point} is a mount (${foreign.type}) that is not docker's own`);
  for (const { point } of [...left].sort((a, b) => b.point.length - a.point.length)) await node.unmount(point);
  const [busy] = await node.mountsBelow(root);
  if (busy !== undefined) throw new MoveFailure(`${busy.point} is still mounted`);
}

async function mustBeTarget(journal: MoveJournal, node: MoveNode): Promise<void> {
  const trouble = await node.targetTrouble(journal);
  if (trouble !== undefined) throw new MoveFailure(trouble);
}

/** docker answers, from this root, with everything that was there; who ran runs again. */
export async function proveDocker(journal: MoveJournal, root: string, node: MoveNode): Promise<void> {
  const now = await node.inventory();
  if (now.root !== root) throw new MoveFailure(`docker's root is ${now.root} and not ${root}`);
  const front = await Promise.all(journal.units.front.map((unit) => node.isActive(unit)));
  const losses = lossesOf(journal.inventory, now, front.some(Boolean));
  if (losses.length > 0) throw new MoveFailure(losses.join('; '));
  const again = toStartAgain(journal.inventory, now);
  if (again.length > 0) await node.startContainers(again);
}

/** The kubelet is the last to come: what it finds has been proved. */
export async function release(journal: MoveJournal, node: MoveNode, tell: Telling): Promise<void> {
  const order = [...journal.units.front].reverse();
  await node.letGo([...journal.units.docker, ...order]);
  await startAgain(journal, order, node);
  await node.unpause().catch((error: unknown) => tell.say(`the agent is still paused: ${String(error)}`));
}

async function stop(journal: MoveJournal, node: MoveNode): Promise<Partial<MoveJournal>> {
  let { inventory } = journal;
  // Not so after a kill: it may have been stopped already, and after a reboot it runs again.
  if (await node.isActive('docker.service')) {
    const now = await node.inventory();
    if (now.root !== journal.roots.before) throw new MoveFailure(`docker's root is ${now.root} and not ${journal.roots.before}`);
    inventory = refreshed(inventory, now);
    await node.save({ ...journal, inventory });
    await stopEveryContainer(now, node);
  }
  await stopActive(journal.units.docker, node);
  await unmountLeft(journal.from, node);
  return { inventory };
}

async function switchOver(journal: MoveJournal, node: MoveNode): Promise<undefined> {
  await mustBeTarget(journal, node);
  if ((await configNow(journal, node)) !== journal.config.before)
    throw new MoveFailure(`${journal.config.path} was changed by somebody during the copy`);
  await node.switchConfig(journal);
}

export const stages: Readonly<Record<ForwardStage, Run>> = {
  async hold(journal, node) {
    await node.pause();
    await node.hold([...journal.units.front, ...journal.units.docker]);
    await stopActive(journal.units.front, node);
    return undefined;
  },
  stop,
  async copy(journal, node, tell) {
    await mustBeTarget(journal, node);
    await node.endCopier();
    await node.copy(journal, (progress) => tell.progress(progress));
    return undefined;
  },
  async verify(journal, node) {
    await mustBeTarget(journal, node);
    const differences = await node.differences(journal);
    if (differences.length > 0) throw new MoveFailure(`the copy is not the same: ${differences.slice(0, 3).join('; ')}`);
    // A power failure after the switch must find what was copied.
    await node.flush(journal);
    return undefined;
  },
  switch: switchOver,
  async start(journal, node) {
    await mustBeTarget(journal, node);
    await node.letGo(journal.units.docker);
    await startAgain(journal, journal.units.docker, node);
    return undefined;
  },
  async compare(journal, node) {
    await proveDocker(journal, journal.roots.after, node);
    return undefined;
  },
  async release(journal, node, tell) {
    await release(journal, node, tell);
    return undefined;
  },
};
