import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventQueue } from '../../bench/simulate/event-queue.ts';
import { configOfFleet } from '../../bench/simulate/fleet-config.ts';
import { renderReport } from '../../bench/simulate/report.ts';
import type { Sabotage } from '../../bench/simulate/sabotage.ts';
import { scenarios } from '../../bench/simulate/scenarios.ts';
import { type RunOptions, simulate } from '../../bench/simulate/simulation.ts';
import { totals } from '../../bench/simulate/tally.ts';

const FLEET = { nodes: 120, hours: 4, config: configOfFleet(), sabotage: 'none' } as const;

function scenario(name: string) {
  const found = scenarios.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no scenario ${name}`);
  return found;
}

const run = (name: string, options: Partial<RunOptions> = {}) =>
  simulate({ ...FLEET, seed: 7, ...options, scenario: scenario(name) });

describe('a simulated fleet', () => {
  it.each(scenarios.map(({ name }) => name))('%s: breaks no invariant, and does something', (name) => {
    const { samples, violations } = run(name);

    expect(violations).toEqual([]);
    expect(totals(samples).begun).toBeGreaterThan(0);
  });

  it.each<[Sabotage, string, RegExp]>([
    ['budget', 'backlog', /^\d+ nodes in a disruptive remedy at once/],
    ['zone', 'zone-backlog', /^\d+ nodes of zone-1 in a disruptive remedy at once/],
    ['stale', 'backlog', /^\d+ nodes in a disruptive remedy at once/],
    ['breaker', 'detector-bug', /a remedy while \d+ others have/],
    ['attempts', 'ordinary', /attempts of restart-\w+ within/],
    ['writes', 'ordinary', /writes to its Node, \d+ are its due/],
    ['hasty', 'same-second', /^the \d+th of \d+ nodes that broke in the same second begins a remedy/],
    ['forgets', 'two-versions', /^still has \w+, which can be cured/],
  ])('finds it where %s is broken', (sabotage, name, what) => {
    const { violations } = run(name, { sabotage, nodes: 300, hours: 6 });

    expect(violations.map((one) => one.what)).toEqual(expect.arrayContaining([expect.stringMatching(what)]));
  });

  it('is the same again with the same seed, and another with another', () => {
    const [first, again, other] = [1, 1, 2].map((seed) => run('ordinary', { seed }));

    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it('spares almost all nodes of a fleet whose detector is wrong', () => {
    const { samples } = run('detector-bug', { nodes: 300, hours: 6 });
    const before = totals(run('ordinary', { nodes: 300, hours: 6 }).samples).begun;

    expect(totals(samples).begun).toBeLessThan(before + 10);
    expect(Math.max(...samples.map(({ phases }) => phases.held))).toBeGreaterThan(250);
  });

  it('is told as one page without anything from elsewhere', () => {
    const { samples, violations, longestWait } = run('backlog');
    const told = { seed: 7, nodes: 120, hours: 4, budget: 1, samples, violations, longestWait };

    const page = renderReport([{ scenario: scenario('backlog'), ...told }]);

    expect(page).toContain('budget 1<');
    expect(page).toContain('a person resets the breaker');
    expect(page.match(/<polygon/g)?.length).toBeGreaterThan(6);
    expect(page).not.toMatch(/NaN|undefined|<script|https?:/);
  });
});

describe('eventQueue', () => {
  it('gives events by time, and those of one time in the order in which they came', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { maxLength: 200 }), (times) => {
        const queue = eventQueue(2);
        for (const [index, at] of times.entries()) queue.add(at, index % 10, index);
        const taken: [number, number][] = [];
        while (queue.take()) taken.push([queue.at, queue.node]);
        const sorted = times.map((at, index): [number, number] => [at, index]).sort(([a, i], [b, j]) => a - b || i - j);
        expect(taken).toEqual(sorted);
      }),
    );
  });
});
