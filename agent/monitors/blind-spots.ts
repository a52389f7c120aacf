import type { LogKind } from '../../lib/sources/host/log-conditions.ts';

interface Blind {
  readonly kind: LogKind;
  readonly why: string;
}

/** Sources of log lines that cannot be read now: one device, one journal, each file. */
export class BlindSpots {
  readonly #spots = new Map<string, Blind>();

  /** Why a kind of log is not, or not wholly, read; undefined: it is. */
  of(kind: LogKind): string | undefined {
    const reasons = [...this.#spots.values()].filter((spot) => spot.kind === kind).map(({ why }) => why);
    return reasons.length === 0 ? undefined : reasons.join('; ');
  }

  /** `why` undefined: it is read. Whether that is news. */
  set(source: string, kind: LogKind, why: string | undefined): boolean {
    if (this.#spots.get(source)?.why === why) return false;
    if (why === undefined) this.#spots.delete(source);
    else this.#spots.set(source, { kind, why });
    return true;
  }
}
