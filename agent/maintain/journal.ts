import type { FileCalls } from '../../lib/host/exact-file.ts';
import { journalFile, openSealed, sealLine } from '../../lib/host/journal-file.ts';
import { type MaintainRecord, STAGES } from '../../lib/maintain/record.ts';
import { messageOf } from '../../lib/model/error-words.ts';

export type JournalReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'open'; readonly record: MaintainRecord }
  | { readonly kind: 'damaged'; readonly why: string };

/** One file, replaced as a whole at each step, on disk when `write` resolves; it rejects when it is not. */
export interface MaintainJournal {
  readonly path: string;
  read(): Promise<JournalReading>;
  write(record: MaintainRecord): Promise<void>;
  clear(): Promise<void>;
}

const FORMAT = 1;

export const encodeRecord = (record: MaintainRecord): string => sealLine({ format: FORMAT, ...record });

export function decodeRecord(text: string): JournalReading {
  try {
    const { format, ...record } = openSealed(text.trimEnd()) as MaintainRecord & { readonly format?: unknown };
    if (format !== FORMAT) return { kind: 'damaged', why: `its format is ${String(format)}, of another version` };
    if (!STAGES.includes(record.stage)) return { kind: 'damaged', why: 'it names no stage' };
    return { kind: 'open', record };
  } catch (error) {
    return { kind: 'damaged', why: messageOf(error) };
  }
}

export function openMaintainJournal(path: string, calls: FileCalls): MaintainJournal {
  const file = journalFile(path, calls);
  return {
    path,
    async read() {
      const text = await file.read();
      return text === undefined ? { kind: 'none' } : decodeRecord(text);
    },
    write: (record) => file.write(encodeRecord(record)),
    clear: file.clear,
  };
}
