import type { Duration } from '../../model/units.ts';

const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

const MOST = 2n ** 63n - 1n;

const quote = (text: string) => JSON.stringify(text);
const invalid = (text: string): never => {
  throw new RangeError(`time: invalid duration ${quote(text)}`);
};

/** One amount with its unit in nanoseconds; digits beyond them are cut, as in Go. */
function amountOf(whole: string, fraction: string, unit: bigint): bigint {
  const digits = fraction.slice(0, 18);
  return BigInt(whole === '' ? '0' : whole) * unit + (BigInt(digits === '' ? '0' : digits) * unit) / 10n ** BigInt(digits.length);
}

/** Nanoseconds of a Go duration; throws what time.ParseDuration says. */
export function parseGoDuration(text: string): bigint {
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  let rest = text.slice(sign.length);
  if (rest === '0') return 0n;
  if (rest === '') return invalid(text);
  let total = 0n;
  while (rest !== '') {
    const [number = '', whole = '', fraction = ''] = /^(\d*)(?:\.(\d*))?/.exec(rest) ?? [];
    if (whole === '' && fraction === '') return invalid(text);
    rest = rest.slice(number.length);
    const name = /^[^.0-9]*/.exec(rest)?.[0] ?? '';
    if (name === '') throw new RangeError(`time: missing unit in duration ${quote(text)}`);
    const unit = Object.hasOwn(UNITS, name) ? UNITS[name] : undefined;
    if (unit === undefined) throw new RangeError(`time: unknown unit ${quote(name)} in duration ${quote(text)}`);
    total += amountOf(whole, fraction, unit);
    if (total > MOST + (sign === '-' ? 1n : 0n)) return invalid(text);
    rest = rest.slice(name.length);
  }
  return sign === '-' ? -total : total;
}

export const toMilliseconds = (nanoseconds: bigint): Duration => Number(nanoseconds) / 1e6;
