import { compareDigits } from './version-rpm.ts';

/** Letters before anything else, `~` before even the end (dpkg lib/dpkg/version.c, order()). */
function weight(character: string | undefined): number {
  if (character === undefined || /[0-9]/.test(character)) return 0;
  if (character === '~') return -1;
  return /[A-Za-z]/.test(character) ? character.charCodeAt(0) : character.charCodeAt(0) + 256;
}

function compareNonDigits(a: string, b: string): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = weight(a[index]) - weight(b[index]);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}

/** verrevcmp() of dpkg: runs of non-digits and of digits, in turn. */
function comparePart(a: string, b: string): number {
  let [left, right] = [a, b];
  while (left !== '' || right !== '') {
    const [text, otherText] = [/^\D*/.exec(left)?.[0] ?? '', /^\D*/.exec(right)?.[0] ?? ''];
    const order = compareNonDigits(text, otherText);
    if (order !== 0) return order;
    [left, right] = [left.slice(text.length), right.slice(otherText.length)];
    const [digits, otherDigits] = [/^\d*/.exec(left)?.[0] ?? '', /^\d*/.exec(right)?.[0] ?? ''];
    const numbers = compareDigits(digits, otherDigits);
    if (numbers !== 0) return numbers;
    [left, right] = [left.slice(digits.length), right.slice(otherDigits.length)];
  }
  return 0;
}

function split(text: string): { epoch: number; upstream: string; revision: string } {
  const [, epoch = '0', rest = ''] = /^(?:(\d+):)?(.*)$/s.exec(text) ?? [];
  const dash = rest.lastIndexOf('-');
  const upstream = dash < 0 ? rest : rest.slice(0, dash);
  return { epoch: Number(epoch), upstream, revision: dash < 0 ? '' : rest.slice(dash + 1) };
}

/** -1, 0 or 1 in dpkg's order (deb-version(7)): no revision is the same as revision 0. */
export function compareDpkgVersions(a: string, b: string): number {
  const [left, right] = [split(a), split(b)];
  if (left.epoch !== right.epoch) return left.epoch < right.epoch ? -1 : 1;
  return comparePart(left.upstream, right.upstream) || comparePart(left.revision, right.revision);
}
