/** FNV-1a of 32 bits: spreads names evenly, and keeps no secret. */
export function fnv1a(text: string, basis = 0x811c9dc5): number {
  let hash = basis;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

const hex = (hash: number): string => hash.toString(16).padStart(8, '0');

/** 16 hexadecimal digits, the same ones in every version of the agent: for names that may not hold the text itself. */
export const shortName = (text: string): string => hex(fnv1a(text)) + hex(fnv1a(text, 0x1b873593));
