const REPLACEMENT = '\ufffd';
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes that begin a character → how many it has; 1: none that is valid. */
function lengthAt(first: number): number {
  if (first < 0xc2) return 1;
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  return first < 0xf5 ? 4 : 1;
}

function decodeStrictly(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The character that begins at a position, if the bytes there are one. */
function characterAt(bytes: Uint8Array, at: number): string | undefined {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return String.fromCharCode(first);
  const length = lengthAt(first);
  return length === 1 ? undefined : decodeStrictly(bytes.subarray(at, at + length));
}

/** Text of bytes as Go reads them: each byte that belongs to no character is one U+FFFD. */
export function decodeUtf8(bytes: Uint8Array): string {
  const whole = decodeStrictly(bytes);
  if (whole !== undefined) return whole;
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const character = characterAt(bytes, at);
    text += character ?? REPLACEMENT;
    at += character === undefined ? 1 : lengthAt(bytes[at] ?? 0);
  }
  return text;
}

export const fromLatin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
