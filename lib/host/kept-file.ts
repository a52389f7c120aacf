import { close, constants, open, read } from 'node:fs';
import { promisify } from 'node:util';
import type { Bytes } from '../model/units.ts';
import type { FileAnswer } from './host.ts';

/** What the kernel counts for the whole node, read every few seconds: six files at most, whatever the version of control groups. */
const KEPT = /^\/sys\/fs\/cgroup\/(?:memory\/)?memory\.[\w.]+$/;
const FIRST: Bytes = 4096;
/** While there is more, the kernel fills the better part of a page (seq_file). */
const HALF_A_PAGE: Bytes = 2048;

const [openFile, readFile] = [promisify(open), promisify(read)];
const descriptors = new Map<string, Promise<number>>();

/** Whether the file stays open: each reading from its beginning makes it anew, for one trip through the thread pool in place of three. */
export const isKeptFile = (path: string): boolean => KEPT.test(path);

function forget(path: string, descriptor: Promise<number>): void {
  if (descriptors.get(path) === descriptor) descriptors.delete(path);
  descriptor.then(
    (number) => close(number, () => undefined),
    () => undefined,
  );
}

async function readFrom(descriptor: number, maxBytes: Bytes): Promise<FileAnswer> {
  let buffer = Buffer.allocUnsafe(FIRST);
  let length = 0;
  for (;;) {
    const { bytesRead } = await readFile(descriptor, buffer, length, buffer.length - length, length);
    length += bytesRead;
    if (bytesRead === 0 || length > maxBytes || (length === bytesRead && length < HALF_A_PAGE)) break;
    if (length === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(length)]);
  }
  return { kind: 'text', text: buffer.toString('utf8', 0, Math.min(length, maxBytes)), truncated: length > maxBytes };
}

/** Rejects as fs does; a file that cannot be read is opened anew the next time. */
export async function readKeptFile(path: string, maxBytes: Bytes): Promise<FileAnswer> {
  const descriptor = descriptors.get(path) ?? openFile(path, constants.O_RDONLY | constants.O_NONBLOCK);
  descriptors.set(path, descriptor);
  try {
    return await readFrom(await descriptor, maxBytes);
  } catch (error) {
    forget(path, descriptor);
    throw error;
  }
}
