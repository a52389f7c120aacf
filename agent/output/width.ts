/** Columns of a terminal that one character takes: two for Chinese, Japanese and Korean ones, none for what is drawn upon another. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];
// biome-ignore lint/suspicious/noControlCharactersInRegex: everything below is one column
const NARROW = /^[\u0000-\u02ff]*$/;
const COMBINING = /^[\p{Mn}\p{Me}\u200b-\u200d]$/u;

function widthOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (WIDE.some(([first, last]) => code >= first && code <= last)) return 2;
  return COMBINING.test(character) ? 0 : 1;
}

export function displayWidth(text: string): number {
  if (NARROW.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

const room = (text: string, width: number) => ' '.repeat(Math.max(0, width - displayWidth(text)));

export const padRight = (text: string, width: number): string => text + room(text, width);
export const padLeft = (text: string, width: number): string => room(text, width) + text;

/** Cut to so many columns and an ellipsis, if it is wider than that. */
export function clip(text: string, most: number): string {
  if (displayWidth(text) <= most) return text;
  let kept = '';
  let width = 0;
  for (const character of text) {
    width += widthOf(character);
    if (width > most) break;
    kept += character;
  }
  return `${kept}…`;
}

// A line of Chinese may end after each character, but none begins with a closing mark or ends with an opening one.
const SEGMENT =
  /[（「『《“【]*(?:[\p{Script=Han}\u3000-\u303f\uff00-\uffef]|[^\p{Script=Han}（「『《“【，。；：！？、）」』》”】]+)[，。；：！？、）」』》”】…]*/gu;

/** Where a word may be broken: a narrow one nowhere, so that it can be copied. */
export function segmentsOf(word: string): readonly string[] {
  if (NARROW.test(word)) return [word];
  const segments = word.match(SEGMENT) ?? [];
  return segments.join('') === word ? segments : [word];
}
