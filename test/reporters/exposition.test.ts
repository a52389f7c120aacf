import { describe, expect, it } from 'vitest';
import { openCounts } from '../../lib/reporters/counts.ts';
import type { LogFigures } from '../../lib/reporters/detector-families.ts';
import { metricsReporter } from '../../lib/reporters/metrics.ts';
import { keyOf, readExposition } from '../fakes/exposition.ts';
import { problemState, tidings, transition } from '../fakes/tidings.ts';

const HOSTILE = 'a"b\\c\nd{e="f"} 1\n# TYPE x counter\u001b[2J\ud800';

async function scrape(figures: LogFigures, rounds = 1) {
  const counts = openCounts({ remedies: ['restart-runtime'], reasons: ['DockerHung'], enabled: () => ['restart-runtime'] });
  const reporter = metricsReporter({ version: '1', counts, reasons: { ContainerRuntimeUnhealthy: ['DockerHung'] }, figures });
  const news = { transitions: [transition('active')] };
  for (let round = 0; round < rounds; round++) await reporter.report(tidings(round, { problems: [problemState({})] }, news));
  const families = readExposition(reporter.text());
  const value = (name: string, labels: Readonly<Record<string, string>>) => families.get(name)?.samples.get(keyOf(labels));
  return { families, value };
}

describe('node-problem-detector’s metrics', () => {
  it('are text that a scraper takes, with its types, help and labels', async () => {
    const { families, value } = await scrape(() => ({
      counters: new Map([
        ['OOMKilling', 3],
        ['DockerHung', 0],
      ]),
      gauges: [
        { type: 'KernelDeadlock', reason: 'DockerHung', value: 0 },
        { type: 'NTPProblem', reason: 'NTPIsDown', value: 1 },
      ],
    }));

    expect(families.get('problem_counter')).toMatchObject({
      type: 'counter',
      help: 'Number of times a specific type of problem have occurred.',
    });
    expect(families.get('problem_gauge')).toMatchObject({
      type: 'gauge',
      help: 'Whether a specific type of problem is affecting the node or not.',
    });
    expect(value('problem_counter', { reason: 'OOMKilling' })).toBe(3);
    expect(value('problem_counter', { reason: 'DockerHung' })).toBe(1);
    expect(value('problem_gauge', { type: 'ContainerRuntimeUnhealthy', reason: 'DockerHung' })).toBe(1);
    expect(value('problem_gauge', { type: 'KernelDeadlock', reason: 'DockerHung' })).toBe(0);
    expect(value('problem_gauge', { type: 'NTPProblem', reason: 'NTPIsDown' })).toBe(1);
  });

  it('stay text with hostile words in them', async () => {
    const gauges = [{ type: HOSTILE, reason: HOSTILE, value: 1 }] as const;
    const { families } = await scrape(() => ({ counters: new Map([[HOSTILE, 1]]), gauges }));

    expect([...families.keys()].filter((name) => !/^(nodemend|process|problem)_/.test(name))).toEqual([]);
  });

  it('are bounded, whatever a file names', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => `R${index}`);
    const { families } = await scrape(() => ({
      counters: new Map(many.map((reason) => [reason, 1])),
      gauges: many.map((reason) => ({ type: 'T', reason, value: 0 })),
    }));

    expect(families.get('problem_counter')?.samples.size).toBe(500);
    expect(families.get('problem_gauge')?.samples.size).toBe(500);
  });
});
