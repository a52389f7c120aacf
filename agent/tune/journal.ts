import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type FileCalls, putFile } from '../../lib/host/exact-file.ts';
import type { FileState } from '../../lib/model/file-state.ts';
import type { Kept, Progress, Transaction } from '../../lib/tune/transaction.ts';

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
const JOURNAL = 'tune-eviction.journal';

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
  return [head, record]
    .map((value) => JSON.stringify(value))
    .map((json) => `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`)
    .join('');
}

function decodeLine(line: string): unknown {
  const json = line.slice(9);
  if (line.slice(0, 8) !== crc32(json).toString(16).padStart(8, '0')) throw new Error('its checksum is wrong');
  return JSON.parse(json);
}

export function decodeJournal(text: string): JournalReading {
  try {
    const [head = '', body = ''] = text.split('\n');
    const { format } = decodeLine(head) as { readonly format?: unknown };
    if (format !== FORMAT) throw new Error(`its format is ${String(format)}, of another version`);
    return decodeLine(body) as JournalRecord;
  } catch (error) {
    return { state: 'damaged', why: error instanceof Error ? error.message : String(error) };
  }
}

async function makeDirectories(calls: FileCalls, path: string): Promise<void> {
  if ((await calls.modifiedAt(path)) !== undefined) return;
  await makeDirectories(calls, dirname(path));
  await calls.makeDirectory(path);
  await calls.syncDirectory(dirname(path));
}

export function openJournal(directory: string, calls: FileCalls): TuneJournal {
  const path = join(directory, JOURNAL);
  const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const toState = (record: JournalRecord): FileState => ({
    kind: 'file',
    content: Buffer.from(encodeJournal(record)).toString('base64'),
    mode: 0o600,
    ...owner,
    modifiedAt: Date.now(),
  });
  return {
    path,
    async read() {
      const state = await calls.read(path);
      return state.kind === 'absent' ? { state: 'none' } : decodeJournal(Buffer.from(state.content, 'base64').toString());
    },
    async write(record) {
      await makeDirectories(calls, directory);
      await putFile(calls, path, toState(record));
    },
    async clear() {
      if ((await calls.modifiedAt(dirname(path))) !== undefined) await putFile(calls, path, { kind: 'absent' });
    },
  };
}
