import { ProtocolError } from './protocol-error.ts';

/** Length of each byte's code, as a digit of base 36 (RFC 7541, appendix B). The code is canonical: its lengths say it all. */
const LENGTHS = [
  'dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6ca',
  'd67777777777777777777777878djde6f56565666577666567655677777fbeds',
  'kmkkmmmnmnnnnnonoomnonnnnlmnmnnomlkmmnnlnmmolmnnllmlnmnnkmmmnmmn',
  'qqkjmnmpqqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqnqrqqrrrrrsrrrrrq',
].join('');
const LONGEST = 30;

interface Table {
  /** By length: the first code, and how many there are. */
  readonly first: readonly number[];
  readonly count: readonly number[];
  /** By length: where its bytes begin in `bytes`, which are ordered by their codes. */
  readonly start: readonly number[];
  readonly bytes: readonly number[];
}

function makeTable(): Table {
  const lengths = [...LENGTHS].map((digit) => Number.parseInt(digit, 36));
  const first: number[] = [];
  const count: number[] = [];
  const start: number[] = [];
  const bytes: number[] = [];
  let code = 0;
  for (let length = 0; length <= LONGEST; length += 1) {
    const ofLength = [...lengths.keys()].filter((byte) => lengths[byte] === length);
    first.push(code);
    count.push(ofLength.length);
    start.push(bytes.length);
    bytes.push(...ofLength);
    code = (code + ofLength.length) * 2;
  }
  return { first, count, start, bytes };
}

let table: Table | undefined;

/** What follows the last code are the first bits of a code that no byte has: ones, fewer than eight. */
const isPadding = (code: number, length: number): boolean => length < 8 && code === 2 ** length - 1;

/** A string of HPACK's that is Huffman coded. */
export function decodeHuffman(coded: Buffer): string {
  table ??= makeTable();
  const { first, count, start, bytes } = table;
  const text: number[] = [];
  let code = 0;
  let length = 0;
  for (const octet of coded) {
    for (let bit = 7; bit >= 0; bit -= 1) {
      code = code * 2 + ((octet >> bit) & 1);
      length += 1;
      if (length > LONGEST) throw new ProtocolError('HPACK_HUFFMAN');
      const place = code - (first[length] ?? 0);
      if (place >= (count[length] ?? 0)) continue;
      text.push(bytes[(start[length] ?? 0) + place] ?? 0);
      code = 0;
      length = 0;
    }
  }
  if (!isPadding(code, length)) throw new ProtocolError('HPACK_HUFFMAN');
  return Buffer.from(text).toString('latin1');
}
