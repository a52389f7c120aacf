import { describe, expect, it } from 'vitest';
import type { CheckResult } from '../../agent/round.ts';
import { openVerifier } from '../../agent/verify.ts';
import { containerRuntime } from '../../lib/checks/container-runtime.ts';
import { plegHealth } from '../../lib/checks/pleg-health.ts';
import { type Finding, pass, unknown } from '../../lib/model/finding.ts';
import { dockerHung, standingOf } from '../fakes/faults.ts';

/** A clock that a test turns by hand; the deadline comes when the test says so. */
function handClock() {
  let now = 0;
  let expire: () => void = () => undefined;
  const clock = {
    now: () => now,
    monotonic: () => now,
    sleep: () =>
      new Promise<void>((resolve) => {
        expire = resolve;
      }),
  };
  return {
    clock,
    at: (time: number) => {
      now = time;
    },
    expire: () => expire(),
  };
}

const look = (findings: readonly Finding[], took = 100): CheckResult => ({ check: containerRuntime, findings, took });
const standing = standingOf(dockerHung());
const fine = pass('docker answers', { subject: 'docker.service' });

describe('verifier', () => {
  it.each<[string, readonly CheckResult[], boolean]>([
    ['a pass', [look([fine])], true],
    ['a look that began before the remedy ended', [look([fine], 6000)], false],
    ['the problem seen again', [look([dockerHung()])], false],
    ['a check that could not tell', [look([unknown('no answer')])], false],
    ['unknown of something else beside a pass', [look([fine, unknown('', { subject: 'containerd.service' })])], true],
    ['a look that began when the remedy had just ended', [look([fine], 4000)], true],
    ['the problem seen again, beside what is well', [look([dockerHung(), pass('', { subject: 'containerd.service' })])], false],
    ['a pass beside another problem', [look([fine, { ...dockerHung(), subject: 'containerd.service' }])], true],
    ['a pass of another check', [{ ...look([fine]), check: plegHealth }], false],
    ['first again, then passed', [look([dockerHung()]), look([fine])], true],
  ])('%s: %o → %s', async (_name, looks, helped) => {
    const { clock, at, expire } = handClock();
    const verifier = openVerifier(clock);
    at(1000);
    const verdict = verifier.passed(standing, 30_000);
    at(5000);
    for (const one of looks) verifier.observe(one);
    expire();

    expect(await verdict).toBe(helped);
  });
});
