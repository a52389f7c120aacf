import { dirname } from 'node:path';
import { getgid, getuid } from 'node:process';
import { crc32 } from 'node:zlib';
import { type FileCalls, putFile } from './exact-file.ts';

const checksum = (json: string): string => `${crc32(json).toString(16).padStart(8, '0')} `;

/** A value as one line that tells whether it is whole. */
export function sealLine(value: unknown): string {
  const json = JSON.stringify(value);
  return `${checksum(json)}${json}\n`;
}

/** Throws unless the line, without its end, is as it was sealed. */
export function openSealed(line: string): unknown {
  const json = line.slice(9);
  if (line.slice(0, 9) !== checksum(json)) throw new Error('its checksum is wrong');
  return JSON.parse(json);
}

/** A file of its own, replaced as a whole at each step. Rejects when what was written is not safe on disk. */
export interface JournalFile {
  readonly path: string;
  /** Undefined: there is none. */
  read(): Promise<string | undefined>;
  write(text: string): Promise<void>;
  clear(): Promise<void>;
}

async function makeDirectories(calls: FileCalls, path: string): Promise<void> {
  if ((await calls.modifiedAt(path)) !== undefined) return;
  await makeDirectories(calls, dirname(path));
  await calls.makeDirectory(path);
  await calls.syncDirectory(dirname(path));
}

export function journalFile(path: string, calls: FileCalls): JournalFile {
  const owner = { uid: getuid?.() ?? 0, gid: getgid?.() ?? 0 };
  return {
    path,
    async read() {
      const state = await calls.read(path);
      return state.kind === 'absent' ? undefined : Buffer.from(state.content, 'base64').toString();
    },
    async write(text) {
      await makeDirectories(calls, dirname(path));
      const content = Buffer.from(text).toString('base64');
      await putFile(calls, path, { kind: 'file', content, mode: 0o600, ...owner, modifiedAt: Date.now() });
    },
    async clear() {
      if ((await calls.modifiedAt(dirname(path))) !== undefined) await putFile(calls, path, { kind: 'absent' });
    },
  };
}
