import { join } from 'node:path';
import type { HostView } from '../lib/host/host.ts';
import type { HostControl } from '../lib/host/host-control.ts';
import { type Duration, KiB, seconds } from '../lib/model/units.ts';
import type { CheckResult } from './round.ts';

/** By unit: the invocation in which a check passed. */
export type HealthyIn = Readonly<Record<string, string>>;

export interface HealthyRuns {
  /** Notes the runs in which this check passed. */
  observe(result: CheckResult, units: readonly string[]): Promise<void>;
  /** Undefined: systemd does not tell one run of a unit from another here (before version 236). */
  of(check: string): HealthyIn | undefined;
}

interface Run {
  readonly invocation: string;
  /** When we first saw it. */
  readonly since: Duration;
}

/** Symbolic links that systemd keeps for journald: they cost no question to it. */
const linkOf = (unit: string) => `/run/systemd/units/invocation:${unit}`;
const INVOCATION = /^[0-9a-f]{32}$/;
const LOOK_EVERY = seconds(4);

export const healthyRunsPath = (runtimeDirectory: string): string => join(runtimeDirectory, 'healthy-runs.json');

const isTextRecord = (value: unknown): value is HealthyIn =>
  typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'string');

/** By check, what /run remembers of an agent before; nothing of a file that is damaged. */
export async function readHealthyRuns(host: HostView, path: string): Promise<Map<string, HealthyIn>> {
  const file = await host.readFile(path, { maxBytes: 256 * KiB });
  try {
    const parsed: unknown = file.kind === 'text' ? JSON.parse(file.text) : {};
    const entries = typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [];
    return new Map(entries.filter((entry): entry is [string, HealthyIn] => isTextRecord(entry[1])));
  } catch {
    return new Map();
  }
}

/** One unit of several passes with a finding of its own; whatever else a check says about the node, it says of all units. */
function unitsThatPass({ findings }: CheckResult, units: readonly string[]): readonly string[] {
  const own = findings.filter(({ subject }) => subject?.endsWith('.service'));
  if (own.length > 0) return own.flatMap(({ verdict, subject = '' }) => (verdict === 'pass' ? [subject] : []));
  const isWell = findings.some(({ verdict }) => verdict === 'pass');
  return isWell && findings.every(({ verdict }) => verdict === 'pass' || verdict === 'skip') ? units : [];
}

export interface HealthyRunsParts {
  readonly host: HostView;
  readonly control: HostControl;
  readonly runtimeDirectory: string;
}

/** What the guard `never-healthy` judges by; in /run, so that an agent that is restarted does not forget it. */
export async function openHealthyRuns({ host, control, runtimeDirectory }: HealthyRunsParts): Promise<HealthyRuns> {
  const { clock } = host;
  const path = healthyRunsPath(runtimeDirectory);
  const healthy = await readHealthyRuns(host, path);
  const runs = new Map<string, Run>();
  const lookedAt = new Map<string, Duration>();
  let isTold = healthy.size > 0;

  async function look(unit: string): Promise<void> {
    const at = clock.monotonic();
    const before = lookedAt.get(unit);
    if (before !== undefined && at - before < LOOK_EVERY) return;
    lookedAt.set(unit, at);
    const link = await host.readLink(linkOf(unit));
    if (link.kind !== 'link' || !INVOCATION.test(link.target)) runs.delete(unit);
    else if (runs.get(unit)?.invocation !== link.target) runs.set(unit, { invocation: link.target, since: at });
    isTold ||= runs.size > 0;
  }

  return {
    async observe(result, units) {
      const began = clock.monotonic() - result.took;
      const passed = unitsThatPass(result, units);
      await Promise.all(passed.map(look));
      const { id } = result.check;
      const known = healthy.get(id) ?? {};
      const news = passed.flatMap((unit) => {
        const run = runs.get(unit);
        // A look that was begun in the run before says nothing of this one.
        return run === undefined || run.since > began || known[unit] === run.invocation ? [] : [[unit, run.invocation]];
      });
      if (news.length === 0) return;
      healthy.set(id, { ...known, ...Object.fromEntries(news) });
      const text = `${JSON.stringify(Object.fromEntries(healthy))}\n`;
      await control.control({ kind: 'write-file', path, text, mode: 0o600 });
    },
    of: (check) => (isTold ? (healthy.get(check) ?? {}) : undefined),
  };
}
