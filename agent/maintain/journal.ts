import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { type FileCalls, putFile } from '../../lib/host/exact-file.ts';
import { type MaintainRecord, STAGES } from '../../lib/maintain/record.ts';

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

export function encodeRecord(record: MaintainRecord): string {
  const json = JSON.stringify({ format: FORMAT, ...record });
  return `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`;
}

export function decodeRecord(text: string): JournalReading {
  const json = text.slice(9).trimEnd();
  if (text.slice(0, 9) !== `${crc32(json).toString(16).padStart(8, '0')} `)
    return { kind: 'damaged', why: 'its checksum is wrong' };
  try {
    const { format, ...record } = JSON.parse(json) as MaintainRecord & { readonly format?: unknown };
    if (format !== FORMAT) return { kind: 'damaged', why: `its format is ${String(format)}, of another version` };
    if (!STAGES.includes(record.stage)) return { kind: 'damaged', why: 'it names no stage' };
    return { kind: 'open', record };
  } catch (error) {
    return { kind: 'damaged', why: error instanceof Error ? error.message : String(error) };
  }
}

async function makeDirectories(calls: FileCalls, path: string): Promise<void> {
  if ((await calls.modifiedAt(path)) !== undefined) return;
  await makeDirectories(calls, dirname(path));
  await calls.makeDirectory(path);
  await calls.syncDirectory(dirname(path));
}

export function openMaintainJournal(path: string, calls: FileCalls): MaintainJournal {
  const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  return {
    path,
    async read() {
      const state = await calls.read(path);
      return state.kind === 'absent' ? { kind: 'none' } : decodeRecord(Buffer.from(state.content, 'base64').toString());
    },
    async write(record) {
      await makeDirectories(calls, dirname(path));
      const content = Buffer.from(encodeRecord(record)).toString('base64');
      await putFile(calls, path, { kind: 'file', content, mode: 0o600, ...owner, modifiedAt: Date.now() });
    },
    async clear() {
      if ((await calls.modifiedAt(dirname(path))) !== undefined) await putFile(calls, path, { kind: 'absent' });
    },
  };
}
