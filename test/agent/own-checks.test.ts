import { describe, expect, it } from 'vitest';
import { gatherer } from '../../agent/gather.ts';
import { openOwnRecord, withOwnFacts } from '../../agent/own-checks.ts';
import { judge } from '../../agent/round.ts';
import { agentHealth } from '../../lib/checks/agent-health.ts';
import { kubeletHealth } from '../../lib/checks/kubelet-health.ts';
import { plegHealth } from '../../lib/checks/pleg-health.ts';
import { type Finding, pass, unknown } from '../../lib/model/finding.ts';
import { ownChecks } from '../../lib/sources/host/own-checks.ts';
import { fakeNode } from '../fakes/node.ts';

const scheduled = (check: typeof plegHealth | typeof kubeletHealth) => ({ check, interval: 5000, settings: {} });

function record(checks = [scheduled(kubeletHealth), scheduled(plegHealth)]) {
  let now = 1000;
  let on = checks;
  const own = openOwnRecord(
    { monotonic: () => now },
    () => on,
    () => ({ kind: 'disk' }),
  );
  const facts = () => {
    const known = own.facts();
    return known.kind === 'agent' ? known.checks : [];
  };
  return {
    own,
    facts,
    pass(seconds: number, ...findings: Finding[]) {
      now += seconds * 1000;
      if (findings.length > 0) own.observe({ check: kubeletHealth, findings, took: 5 });
    },
    only(kept: typeof checks) {
      on = kept;
    },
  };
}

describe('the record of our own checks', () => {
  it('counts from the start for a check that never says anything', () => {
    const { facts, pass: wait } = record();
    wait(10, pass('well'));
    wait(20);

    expect(facts()).toMatchObject([
      { id: 'kubelet-health', interval: 5000, silentFor: 20_000 },
      { id: 'pleg-health', silentFor: 30_000 },
    ]);
  });

  it('knows since when a check could not tell, and forgets it when it can', () => {
    const { facts, pass: wait } = record();
    wait(10, unknown('no answer'));
    wait(10, unknown('still none'), { ...unknown('n/a'), verdict: 'skip' });
    wait(5);
    expect(facts()[0]).toMatchObject({ blindFor: 15_000, why: 'still none' });

    wait(5, unknown('one of two'), pass('the other'));
    expect(facts()[0]).not.toHaveProperty('blindFor');
  });

  it('misses nothing that was switched off, and lets it begin anew', () => {
    const { facts, pass: wait, only } = record();
    only([scheduled(kubeletHealth)]);
    wait(600);
    expect(facts().map(({ id }) => id)).toEqual(['kubelet-health']);

    only([scheduled(kubeletHealth), scheduled(plegHealth)]);
    expect(facts()[1]).toMatchObject({ id: 'pleg-health', silentFor: 0 });
  });

  it('is what the check of the agent itself judges, in the daemon alone', async () => {
    const { own, pass: wait } = record();
    wait(600);
    const base = gatherer(fakeNode({}), { keep: () => 0 });
    const settings = { intervals: 3, unknownAfter: 600_000 };

    expect(await judge({ check: agentHealth, settings }, withOwnFacts(base, own.facts), 0)).toMatchObject([
      { reason: 'CheckStopped', subject: 'kubelet-health' },
      { reason: 'CheckStopped', subject: 'pleg-health' },
    ]);
    expect(await base.fact(ownChecks)).toMatchObject({ kind: 'no-agent' });
  });
});
