/** Epoch, version and release of an RPM package. */
export interface Evr {
  readonly epoch: number;
  readonly version: string;
  /** Absent in a rule that means every release of the version. */
  readonly release?: string;
}

/** `1:219-67.el7`, `(none):219-67.el7` as rpm prints a missing epoch, or a bare `219`. */
export function parseEvr(text: string): Evr {
  const [, epoch, rest = ''] = /^(?:(\d+|\(none\)):)?(.*)$/s.exec(text) ?? [];
  const dash = rest.lastIndexOf('-');
  const number = epoch === undefined || epoch === '(none)' ? 0 : Number(epoch);
  if (dash < 0) return { epoch: number, version: rest };
  return { epoch: number, version: rest.slice(0, dash), release: rest.slice(dash + 1) };
}

/** -1, 0 or 1, for two runs of digits of any length. */
export function compareDigits(a: string, b: string): number {
  const left = a.replace(/^0+/, '');
  const right = b.replace(/^0+/, '');
  if (left.length !== right.length) return left.length < right.length ? -1 : 1;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** `~` sorts before everything, even the end; `^` after the end and before anything else. Undefined: neither side has it. */
function compareMark(a: string, b: string, mark: '~' | '^'): number | undefined {
  if (a[0] !== mark && b[0] !== mark) return undefined;
  if (a[0] === b[0]) return 0;
  if (mark === '~') return a[0] === '~' ? -1 : 1;
  if (a === '') return -1;
  if (b === '') return 1;
  return a[0] === '^' ? -1 : 1;
}

function compareSegment(a: string, b: string): number {
  const isNumber = /^\d/.test(a);
  // Segments of different kinds: the numeric one is newer.
  if (isNumber !== /^\d/.test(b)) return isNumber ? 1 : -1;
  if (isNumber) return compareDigits(a, b);
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

const segmentOf = (text: string): string => /^(\d+|[A-Za-z]+)/.exec(text)?.[0] ?? '';

/** rpmvercmp() of rpm 4.15 and later (rpmio/rpmvercmp.c). */
export function compareRpmVersions(a: string, b: string): number {
  let [left, right] = [a, b];
  while (left !== '' || right !== '') {
    left = left.replace(/^[^A-Za-z0-9~^]+/, '');
    right = right.replace(/^[^A-Za-z0-9~^]+/, '');
    const marked = compareMark(left, right, '~') ?? compareMark(left, right, '^');
    if (marked !== undefined && marked !== 0) return marked;
    if (marked === 0) {
      [left, right] = [left.slice(1), right.slice(1)];
      continue;
    }
    if (left === '' || right === '') break;
    const [one, two] = [segmentOf(left), segmentOf(right)];
    const order = compareSegment(one, two);
    if (order !== 0) return order;
    [left, right] = [left.slice(one.length), right.slice(two.length)];
  }
  if (left === right) return 0;
  return left === '' ? -1 : 1;
}

/** Epoch first, then version, then release, which counts only if both have one (as rpm's dependencies do). */
export function compareEvr(a: string, b: string): number {
  const [left, right] = [parseEvr(a), parseEvr(b)];
  if (left.epoch !== right.epoch) return left.epoch < right.epoch ? -1 : 1;
  const order = compareRpmVersions(left.version, right.version);
  if (order !== 0 || left.release === undefined || right.release === undefined) return order;
  return compareRpmVersions(left.release, right.release);
}
