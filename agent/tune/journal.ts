import type { FileCalls } from '../../lib/host/exact-file.ts';
import { journalFile, openSealed, sealLine } from '../../lib/host/journal-file.ts';
import { messageOf } from '../../lib/model/error-words.ts';
import type { Kept, Progress, Transaction } from '../../lib/tune/transaction.ts';
import { tuneJournalFile } from './places.ts';

/** `open`: a change is under way, or was when its program was killed. `kept`: what --revert gives back. */
export type JournalRecord =
  | { readonly state: 'open'; readonly transaction: Transaction; readonly progress: Progress }
  | { readonly state: 'kept'; readonly kept: Kept };

export type JournalReading = JournalRecord | { readonly state: 'none' } | { readonly state: 'damaged'; readonly why: string };

/** A file of its own, replaced as a whole at each step. Rejects when what was written is not safe on disk. */
export interface TuneJournal {
  readonly path: string;
  read(): Promise<JournalReading>;
  write(record: JournalRecord): Promise<void>;
  clear(): Promise<void>;
}

const FORMAT = 1;

/** The first line is for whoever only asks whether something is open: it does not hold the files. */
export function encodeJournal(record: JournalRecord): string {
  const head = {
    format: FORMAT,
    state: record.state,
    ...(record.state === 'open'
      ? {
          what: record.transaction.what,
          direction: record.progress.direction,
          step: record.progress.step,
          paths: record.transaction.files.map(({ path }) => path),
          settled: record.transaction.kept?.settled,
        }
      : { paths: record.kept.files.map(({ path }) => path), settled: record.kept.settled }),
  };
  return `${sealLine(head)}${sealLine(record)}`;
}

export function decodeJournal(text: string): JournalReading {
  try {
    const [head = '', body = ''] = text.split('\n');
    const { format } = openSealed(head) as { readonly format?: unknown };
    if (format !== FORMAT) throw new Error(`its format is ${String(format)}, of another version`);
    return openSealed(body) as JournalRecord;
  } catch (error) {
    return { state: 'damaged', why: messageOf(error) };
  }
}

export function openJournal(directory: string, calls: FileCalls): TuneJournal {
  const file = journalFile(tuneJournalFile(directory), calls);
  return {
    path: file.path,
    async read() {
      const text = await file.read();
      return text === undefined ? { state: 'none' } : decodeJournal(text);
    },
    write: (record) => file.write(encodeJournal(record)),
    clear: file.clear,
  };
}
