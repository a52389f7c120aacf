const SUFFIX: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/;

/** Value of a Kubernetes quantity ("100Mi", "1.5", "1e9", "250m"), or undefined when the API server would refuse it. */
export function parseQuantity(text: string): number | undefined {
  const match = QUANTITY.exec(text);
  if (match === null) return undefined;
  const [, mantissa = '', exponent, suffix = ''] = match;
  if (exponent !== undefined) return Number(`${mantissa}${exponent}`);
  return Number(mantissa) * (SUFFIX[suffix] ?? 1);
}

const DURATION_UNIT: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds of a Go duration ("90s", "1h30m", "0"), or undefined when time.ParseDuration would refuse it. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  const match = /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+)$/.exec(text);
  if (match === null) return undefined;
  let total = 0;
  for (const [, number = '', name = ''] of (match[2] ?? '').matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(number) * (DURATION_UNIT[name] ?? 0);
  }
  return match[1] === '-' ? -total : total;
}

const LONG_UNIT: Readonly<Record<string, number>> = { w: 7 * 86_400_000, d: 86_400_000 };

/** Milliseconds of a span as a person types it: a Go duration, days and weeks before it ("30d", "1w2d", "1d12h"). */
export function parseSpan(text: string): number | undefined {
  const match = /^((?:\d+\.?\d*[wd])*)(.*)$/.exec(text.trim());
  const [, long = '', rest = ''] = match ?? [];
  const days = [...long.matchAll(/(\d+\.?\d*)([wd])/g)].map(([, number, unit = '']) => Number(number) * (LONG_UNIT[unit] ?? 0));
  const short = rest === '' && days.length > 0 ? 0 : parseDuration(rest);
  if (short === undefined || short < 0) return undefined;
  return days.reduce((sum, part) => sum + part, short);
}

const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** Bytes for a person, three significant digits: `448 MiB`. */
export function formatBytes(bytes: number): string {
  let value = Math.abs(bytes);
  let step = 0;
  while (value >= 1024 && step < BINARY.length - 1) {
    value /= 1024;
    step += 1;
  }
  const digits = step === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(value)));
  return `${bytes < 0 ? '-' : ''}${Number(value.toFixed(digits))} ${BINARY[step]}`;
}

/** Milliseconds for a person, the two largest units: `1h30m`, `8s`, `250ms`. */
export function formatDuration(duration: number): string {
  const total = Math.round(Math.abs(duration));
  const sign = duration < 0 ? '-' : '';
  if (total < 1000) return `${sign}${total}ms`;
  if (total < 10_000 && total % 1000 !== 0) return `${sign}${Number((total / 1000).toFixed(1))}s`;
  const parts = [
    [Math.floor(total / 86_400_000), 'd'],
    [Math.floor(total / 3_600_000) % 24, 'h'],
    [Math.floor(total / 60_000) % 60, 'm'],
    [Math.floor(total / 1000) % 60, 's'],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  return `${sign}${parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, name]) => `${count}${name}`)
    .join('')}`;
}
