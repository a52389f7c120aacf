import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { findProblem, type Look, look, nameOf, untilHealthy } from './doctor.ts';
import type { Expectation, Fault } from './fault.ts';
import { faults } from './faults/index.ts';
import { install } from './install.ts';
import { configureKubelet } from './kubelet.ts';
import { openLab } from './lab.ts';
import { printTable } from './table.ts';

/** How long it took is in the table; here it only has to come, on a machine that others use, too. */
const defaultWithinMs = 60_000;
const quietMs = 12_000;

const lab = openLab(process.env.NODEMEND_LAB);
const host = lab.host(process.env.NODEMEND_LAB_NODE);
const rows: string[][] = [];

interface Seen {
  readonly expectation: Expectation;
  readonly afterMs: number;
  readonly tookMs: number;
}

const exitsOf = (fault: Fault): readonly number[] => fault.exits ?? (fault.expects.length === 0 ? [0] : [1, 2]);
const withinOf = (fault: Fault, { withinMs }: Expectation): number => withinMs ?? fault.withinMs ?? defaultWithinMs;

/** What holds of every look, whatever is broken. */
function assertSound(found: Look, fault: Fault): void {
  expect(found.code, `doctor had to be killed after ${found.tookMs.toFixed(0)} ms`).not.toBeNull();
  expect(found.report?.kind, found.stderr).toBe('DoctorReport');
  expect(found.report?.checks.some(({ status }) => status === 'pass')).toBe(true);
  expect(found.left).toEqual([]);
  for (const wrong of fault.never ?? []) {
    const named = found.report?.problems.filter(({ type, reason }) => type === wrong || `${type}/${reason}` === wrong) ?? [];
    expect(
      named.map(({ message }) => message),
      `doctor says ${wrong}`,
    ).toEqual([]);
  }
}

/** Look until everything is named or its time is over. A look counts by its start: what it saw was there then. */
async function lookUntilNamed(fault: Fault): Promise<{ seen: Seen[]; last: Look }> {
  const began = performance.now();
  const seen: Seen[] = [];
  for (;;) {
    const afterMs = performance.now() - began;
    const last = await look(host);
    assertSound(last, fault);
    const open = fault.expects.filter((wanted) => !seen.some(({ expectation }) => expectation === wanted));
    for (const expectation of open) {
      if (findProblem(last, expectation) !== undefined) seen.push({ expectation, afterMs, tookMs: last.tookMs });
    }
    const over = performance.now() - began;
    // Where nothing is to be found, a problem may still be invented later, when pressure has built up.
    const late = fault.expects.length === 0 ? over > quietMs : open.every((wanted) => over > withinOf(fault, wanted));
    if (late || (fault.expects.length > 0 && seen.length === fault.expects.length)) return { seen, last };
    await sleep(500);
  }
}

function record(fault: Fault, seen: readonly Seen[], last: Look): void {
  const took = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  if (fault.expects.length === 0) {
    const said = last.report?.problems.map(nameOf).join(', ') || `${last.report?.health}`;
    rows.push([fault.name, said, '', '', '', took(last.tookMs)]);
  }
  for (const wanted of fault.expects) {
    const one = seen.find(({ expectation }) => expectation === wanted);
    const problem = findProblem(last, wanted);
    const { type, reason = wanted.reason, subject = '', cause = '' } = problem ?? { type: wanted.type };
    const after = one === undefined ? 'not found' : took(one.afterMs + one.tookMs);
    rows.push([fault.name, `${type}/${reason ?? '*'}`, subject, cause, after, took(one?.tookMs ?? last.tookMs)]);
  }
}

beforeAll(async () => {
  await install(host);
  // The age of the last relist is a metric, and the kubelet's own certificate may not read it at port 10250.
  await configureKubelet(lab.state, host, { extraArgs: '--read-only-port=10255' });
  await untilHealthy(host);
});

afterAll(async () => {
  printTable(['fault', 'type/reason', 'subject', 'cause', 'found after', 'doctor took'], rows);
  await configureKubelet(lab.state, host);
});

describe(`doctor on a ${host.runtime} node`, () => {
  const possible = faults.filter(({ runtimes }) => runtimes?.includes(host.runtime) ?? true);

  // What only the agent's log monitors see is shown as skipped, never as passed.
  it.for(possible.filter(({ seenBy }) => seenBy === 'agent'))('$name is for the agent', (_, { skip }) => skip());

  it.for(possible.filter(({ seenBy }) => seenBy === undefined))('$name', async (fault) => {
    onTestFinished(async () => {
      await fault.mend(host, lab);
      // Three crashes within ten minutes are a loop, and the journal would tell the next test of this one's.
      await host.sh('journalctl --quiet --rotate --vacuum-time=1s');
      await untilHealthy(host);
    });
    await fault.break(host, lab);

    const { seen, last } = await lookUntilNamed(fault);
    record(fault, seen, last);

    if (fault.passing) {
      expect([0, 1, 2]).toContain(last.code);
      return;
    }
    const missing = fault.expects.filter((wanted) => !seen.some(({ expectation }) => expectation === wanted));
    expect(missing.map(nameOf), `doctor says: ${last.report?.problems.map(nameOf).join(', ')}`).toEqual([]);
    expect(exitsOf(fault)).toContain(last.code);
  });
});
