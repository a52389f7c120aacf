import { randomUUID } from 'node:crypto';
import { lstatSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Moment } from '../lib/model/incident.ts';
import { safeJson } from '../lib/model/printable.ts';
import type { AgentRequest, RequestFile } from '../lib/model/request.ts';
import { type Duration, KiB, seconds } from '../lib/model/units.ts';

const LARGEST = 16 * KiB;
/** Longer than anybody waits for being heard; what is older was asked in another situation. */
export const HEARD_WITHIN: Duration = seconds(10);

function isRequestFile(value: unknown): value is RequestFile {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, boot, up, by, request } = value as Partial<Record<keyof RequestFile, unknown>>;
  const isRequest = typeof request === 'object' && request !== null && 'do' in request;
  return kind === 'AgentRequest' && typeof boot === 'string' && typeof up === 'number' && typeof by === 'string' && isRequest;
}

/** Of us or of root, and a regular file: a link would have us read for somebody else. */
export function readRequest(path: string): RequestFile | undefined {
  const { uid, size, mode } = lstatSync(path);
  const isTrusted = (mode & 0o170000) === 0o100000 && (uid === 0 || uid === process.getuid?.()) && (mode & 0o022) === 0;
  if (!isTrusted || size > LARGEST) return undefined;
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
  return isRequestFile(value) ? value : undefined;
}

/** Puts a request down, whole or not at all; returns its id. */
export function putRequest(directory: string, request: AgentRequest, by: string, { boot, up }: Moment): string {
  const id = randomUUID();
  const file: RequestFile = { kind: 'AgentRequest', id, by, boot, up, request };
  const temporary = join(directory, `.${id}`);
  writeFileSync(temporary, safeJson(file), { mode: 0o600, flag: 'wx' });
  renameSync(temporary, join(directory, `${id}.request`));
  return id;
}
