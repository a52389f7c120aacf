import type { MoveJournal } from '../../lib/docker/move-journal.ts';
import { AgentError } from '../../lib/errors.ts';
import type { HostView } from '../../lib/host/host.ts';
import { messageOf } from '../../lib/model/error-words.ts';
import { safeJson } from '../../lib/model/printable.ts';
import { formatBytes } from '../../lib/model/quantity.ts';
import { EXIT, type OptionValues, textOption } from '../command.ts';
import { renderStanding, reportOfJournal } from '../output/docker-move.ts';
import type { Terminal } from '../terminal.ts';
import { journalFile, saveJournal } from './journal-file.ts';
import { localMoveNode } from './local-node.ts';
import { carryOn, goBack } from './machine.ts';
import { removeOld, whyKeepOld } from './remove-old.ts';
import { tellOn } from './telling.ts';

export interface Work {
  readonly host: HostView;
  readonly terminal: Terminal;
  readonly options: OptionValues;
  /** Where the journal is. */
  readonly directory: string;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A terminal that is closed, Ctrl-C and a stop of the host all lead back to the old root; a second one changes nothing. */
function interruptible(): AbortController {
  const controller = new AbortController();
  for (const signal of SIGNALS) process.on(signal, () => controller.abort());
  return controller;
}

const socketOf = ({ options }: Work) => textOption(options, 'docker-socket') ?? '/run/docker.sock';

function show({ terminal, options, host }: Work, journal: MoveJournal): void {
  const report = reportOfJournal(journal, new Date(host.clock.now()).toISOString());
  terminal.print(options.json === true ? `${safeJson(report, 2)}\n` : renderStanding(journal, terminal));
}

/** Steps go to stderr where stdout is for the document. */
const voiceOf = ({ terminal, options }: Work): Terminal =>
  options.json === true ? { ...terminal, interactive: false, print: terminal.warn } : terminal;

/** Carries a move to its end, whichever way; exits 0 only for one that is where it was wanted. */
export async function finishMove(work: Work, journal: MoveJournal, isGivenUp = false): Promise<number> {
  const { host, directory } = work;
  const { signal } = interruptible();
  const node = localMoveNode({ host, stateDirectory: directory, socketPath: socketOf(work), to: journal.to, signal });
  const move = { node, tell: tellOn(voiceOf(work), host.clock, journal.size.bytes), signal };
  const way = isGivenUp ? goBack(journal, 'it was given up', move) : carryOn(journal, move);
  const end = await way.catch((error: unknown) => {
    throw new AgentError('MOVE_STUCK', `docker migrate-data: neither forward nor back: ${messageOf(error)}`, { cause: error });
  });
  show(work, end);
  return end.outcome === 'moved' || isGivenUp ? EXIT.ok : EXIT.refused;
}

export async function removeOldData(
  work: Work,
  journal: MoveJournal,
  isConfirmed: (question: string) => Promise<boolean>,
): Promise<number> {
  const { host, directory } = work;
  const refuse = (why: string) => new AgentError('MOVE_REFUSED', `docker migrate-data --remove-old: ${why}`);
  const why = await whyKeepOld(host, journal, socketOf(work)).catch(messageOf);
  if (why !== undefined) throw refuse(`the old data stays: ${why}`);
  if (!(await isConfirmed(`Delete everything in ${journal.from} (${formatBytes(journal.size.bytes)})?`))) return EXIT.refused;
  await removeOld(journal).catch((error: unknown) => {
    throw refuse(messageOf(error));
  });
  const end = { ...journal, outcome: 'removed', updatedAt: new Date(host.clock.now()).toISOString() } as const;
  saveJournal(journalFile(directory), end);
  show(work, end);
  return EXIT.ok;
}
