const REPLACEMENT = 0xfffd;
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is ASCII, too
export const ASCII = /^[\x00-\x7f]*$/;

/** Bytes that begin a character → how many it has; 1: none that is valid. */
function lengthAt(first: number): number {
  if (first < 0xc2) return 1;
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  return first < 0xf5 ? 4 : 1;
}

const isSurrogate = (code: number) => code >= 0xd800 && code <= 0xdfff;
/** The least code that needs so many bytes: written with more of them it is no character. */
const LEAST = [0, 0, 0x80, 0x800, 0x10000];

/** The character that begins at a position; undefined: the bytes there are none. */
function codeAt(bytes: Uint8Array, at: number): number | undefined {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return first;
  const length = lengthAt(first);
  if (length === 1) return undefined;
  let code = first & (0x7f >> length);
  for (let next = at + 1; next < at + length; next++) {
    const byte = bytes[next] ?? 0;
    if ((byte & 0xc0) !== 0x80) return undefined;
    code = (code << 6) | (byte & 0x3f);
  }
  return code < (LEAST[length] ?? 0) || code > 0x10ffff || isSurrogate(code) ? undefined : code;
}

/** By hand and not by the decoder: an exception for each byte of a hostile line would cost microseconds. */
function decodeByteByByte(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const code = codeAt(bytes, at);
    text += String.fromCodePoint(code ?? REPLACEMENT);
    at += code === undefined ? 1 : lengthAt(bytes[at] ?? 0);
  }
  return text;
}

/** Text of bytes as Go reads them: each byte that belongs to no character is one U+FFFD. */
export function decodeUtf8(bytes: Uint8Array): string {
  const latin1 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (ASCII.test(latin1)) return latin1;
  try {
    return strict.decode(bytes);
  } catch {
    return decodeByteByByte(bytes);
  }
}

export const fromLatin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** The same bytes, not copied. */
export const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
