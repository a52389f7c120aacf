import { formatBytes, formatDuration } from '../model/quantity.ts';
import type { Bytes, Duration } from '../model/units.ts';

export interface CopyProgress {
  readonly bytes: Bytes;
  /** Of the whole, 0 to 1; rsync reckons with what it finds already copied. */
  readonly share: number;
}

/** One line of `rsync --info=progress2`: `  1,234,567  45%  100.00MB/s    0:00:12 (xfr#5, to-chk=169/396)`. */
export function parseProgress(line: string): CopyProgress | undefined {
  const [, bytes, percent] = /^\s*([\d,.]+)\s+(\d{1,3})%\s/.exec(line) ?? [];
  if (bytes === undefined || percent === undefined) return undefined;
  return { bytes: Number(bytes.replace(/[,.]/g, '')), share: Math.min(1, Number(percent) / 100) };
}

export interface Pace {
  /** Of the last half minute. */
  readonly perSecond: Bytes;
  readonly left: Duration | undefined;
}

const WINDOW = 30_000;

/** Rate and time left from the last half minute: a mean of the whole would not see that the disk has become slow. */
export function paceMeter(total: Bytes): (at: Duration, bytes: Bytes) => Pace {
  let samples: readonly { readonly at: Duration; readonly bytes: Bytes }[] = [];
  return (at, bytes) => {
    const recent = samples.filter((sample, index) => at - sample.at <= WINDOW || index === samples.length - 1);
    samples = [...recent, { at, bytes }];
    const [first] = samples;
    const elapsed = first === undefined ? 0 : at - first.at;
    const perSecond = first === undefined || elapsed < 500 ? 0 : ((bytes - first.bytes) / elapsed) * 1000;
    const left = perSecond > 0 ? (Math.max(0, total - bytes) / perSecond) * 1000 : undefined;
    return { perSecond, left };
  };
}

const BAR = 24;

/** `[######..................]  25%  512 MiB of 2 GiB  98 MiB/s  16s left`; rsync's own share where much was there already. */
export function progressLine({ bytes, share }: CopyProgress, total: Bytes, { perSecond, left }: Pace): string {
  const cells = Math.round(share * BAR);
  const bar = `[${'#'.repeat(cells).padEnd(BAR, '.')}]`;
  const rate = perSecond > 0 ? `  ${formatBytes(perSecond)}/s` : '';
  const rest = left === undefined ? '' : `  ${formatDuration(Math.ceil(left / 1000) * 1000)} left`;
  return `${bar} ${String(Math.floor(share * 100)).padStart(3)}%  ${formatBytes(bytes)} of ${formatBytes(total)}${rate}${rest}`;
}
