import type { Instant } from '../lib/model/units.ts';

export interface TarFile {
  /** At most 100 bytes, relative. */
  readonly name: string;
  readonly bytes: Buffer;
  readonly at: Instant;
}

const BLOCK = 512;
const SUM_AT = 148;

const octal = (value: number, length: number) =>
  `${Math.trunc(value)
    .toString(8)
    .padStart(length - 1, '0')}\0`;

function header({ name, bytes, at }: TarFile): Buffer {
  if (Buffer.byteLength(name) > 100) throw new RangeError(`${name} is too long for an archive`);
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0);
  block.write(octal(0o600, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(bytes.length, 12), 124);
  block.write(octal(Math.max(0, at / 1000), 12), 136);
  block.write(' '.repeat(8), SUM_AT);
  block.write('0', 156);
  block.write('ustar\x0000', 257);
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${octal(sum, 7)} `, SUM_AT);
  return block;
}

/** A POSIX.1-1988 ustar archive of regular files, owned by root, readable by their owner. */
export function tar(files: readonly TarFile[]): Buffer {
  const parts = files.flatMap((file) => [header(file), file.bytes, Buffer.alloc((BLOCK - (file.bytes.length % BLOCK)) % BLOCK)]);
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}
