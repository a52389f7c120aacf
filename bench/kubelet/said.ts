/** What a kubelet says of its thresholds, and what `nodemend thresholds` says, in one notation: `hard nodefs.available 5%`. */

interface Row {
  readonly signal: string;
  readonly kind: 'hard' | 'soft';
  readonly threshold: string | null;
  readonly thresholdValue: number | null;
  readonly capacity: number | null;
  readonly source: string;
  readonly graceSeconds: number | null;
}

/** `nodemend thresholds --json`, as far as it is compared. */
export interface ThresholdsDocument {
  readonly signals: readonly Row[];
  readonly notes: readonly string[];
}

/** `/configz`, as far as it is compared. */
export interface ConfigzDocument {
  readonly kubeletconfig: Readonly<
    Record<'evictionHard' | 'evictionSoft' | 'evictionSoftGracePeriod', Readonly<Record<string, string>> | undefined>
  >;
}

const suffixes: Readonly<Record<string, number>> = {
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
};

/** Of its own, because the product's parser is what is measured here. */
function amountOf(text: string): number {
  const [, number = '', suffix = ''] = /^([\d.]+(?:[eE]\d+)?)([A-Za-z]*)$/.exec(text) ?? [];
  return Number(number) * (suffixes[suffix] ?? Number.NaN);
}

const shareOf = (text: string): number => Math.fround(Number(text.slice(0, -1)) / 100);

function normalise(kind: string, signal: string, text: string, grace = ''): string {
  const value = text.endsWith('%') ? shareOf(text).toPrecision(6) : Number(amountOf(text).toPrecision(12));
  return `${kind} ${signal} ${value}${grace}`;
}

const isOff = (text: string): boolean => text === '0%' || text === '100%';

interface LoggedThreshold {
  readonly Signal: string;
  readonly Value: { readonly Quantity: string | null; readonly Percentage: number };
}

/** Since kubelets log structured: `"HardEvictionThresholds":[{"Signal":"nodefs.available",…,"Value":{"Quantity":null,"Percentage":0.05},…`. */
function hardOfJson(line: string): string[] {
  const list = /"HardEvictionThresholds":(\[.*?\]),"QOSReserved"/.exec(line)?.[1] ?? '[]';
  const rows = (JSON.parse(list) as LoggedThreshold[]).map(({ Signal, Value: { Quantity, Percentage } }) =>
    Quantity === null ? `hard ${Signal} ${Math.fround(Percentage).toPrecision(6)}` : normalise('hard', Signal, Quantity),
  );
  return rows.filter((row) => !row.includes('allocatableMemory')).sort();
}

/** `HardEvictionThresholds:[{Signal:nodefs.available Operator:LessThan Value:{Quantity:<nil> Percentage:0.05} …`: what it made of its settings. */
export function hardOfLog(line: string): string[] {
  if (line.includes('"HardEvictionThresholds"')) return hardOfJson(line);
  const list = /HardEvictionThresholds:\[(.*?)\]\}? /.exec(line)?.[1] ?? '';
  const one = /Signal:(\S+) Operator:LessThan Value:\{Quantity:(\S+) Percentage:([\d.e-]+)\}/g;
  const rows = [...list.matchAll(one)].map(([, signal = '', quantity = '', share = '']) =>
    quantity === '<nil>' ? `hard ${signal} ${Math.fround(Number(share)).toPrecision(6)}` : normalise('hard', signal, quantity),
  );
  return rows.filter((row) => !row.includes('allocatableMemory')).sort();
}

/** Go's `1m30s` in seconds. */
function secondsOf(text: string): number {
  const units: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };
  return [...text.matchAll(/([\d.]+)([hms])/g)].reduce(
    (sum, [, n, unit = '']) => sum + Number(n) * (units[unit] ?? Number.NaN),
    0,
  );
}

/** Only what it serves tells about soft thresholds. */
export function softOfConfigz({ kubeletconfig }: ConfigzDocument): string[] {
  const soft = Object.entries(kubeletconfig.evictionSoft ?? {}).filter(([, text]) => !isOff(text));
  const grace = kubeletconfig.evictionSoftGracePeriod ?? {};
  return soft.map(([signal, text]) => normalise('soft', signal, text, ` for ${secondsOf(grace[signal] ?? '')} s`)).sort();
}

export function ofNodemend({ signals }: ThresholdsDocument): string[] {
  const rows = signals.filter(
    ({ threshold, source }) => threshold !== null && !isOff(threshold) && !source.startsWith('same as'),
  );
  return rows
    .map((row) => {
      const grace = row.kind === 'soft' ? ` for ${row.graceSeconds} s` : '';
      return normalise(row.kind, row.signal, row.threshold ?? '', grace);
    })
    .sort();
}

/** The number that is compared with what is left must follow from the text that is shown. */
export function wrongValues({ signals }: ThresholdsDocument): string[] {
  const wrong = signals.filter(({ threshold, thresholdValue, capacity }) => {
    if (threshold === null || isOff(threshold) || thresholdValue === null || capacity === null) return false;
    const share = threshold.endsWith('%') ? shareOf(threshold) * capacity : undefined;
    return Math.abs(thresholdValue - (share ?? amountOf(threshold))) > 1;
  });
  return wrong.map(({ signal, threshold, thresholdValue }) => `${signal}<${threshold} shown as ${thresholdValue}`);
}
