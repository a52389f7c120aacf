import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { commands } from '../agent/commands/index.ts';
import type { SignalReport } from '../lib/model/report.ts';
import { openCounts } from '../lib/reporters/counts.ts';
import { metricsReporter } from '../lib/reporters/metrics.ts';
import { type Exposed, readExposition } from './fakes/exposition.ts';
import { problemState, step, tidings } from './fakes/tidings.ts';

const docs = join(import.meta.dirname, '../docs');
const read = (name: string) => readFileSync(join(docs, name), 'utf8');

const signal: SignalReport = {
  signal: 'nodefs.available',
  kind: 'hard',
  threshold: '10%',
  thresholdValue: 1,
  source: 'default',
  observed: 5,
  capacity: 10,
  headroom: 4,
  secondsLeft: 60,
};
const next = { remedy: 'restart-runtime', disruption: 'local', blockedBy: ['paused'] } as const;
const configuration = { state: 'applied', at: '2026-01-01T00:00:00Z', restartFor: [] } as const;

/** Everything that an agent can export by itself. */
async function exported(): Promise<ReadonlyMap<string, Exposed>> {
  const counts = openCounts({ remedies: ['restart-runtime'], reasons: ['DockerHung'], enabled: () => ['restart-runtime'] });
  const reporter = metricsReporter({ version: '1', counts, reasons: { T: ['DockerHung'] } });
  const problems = [problemState({ exhausted: true, next })];
  await reporter.report(
    tidings(0, { problems, signals: [signal], configuration }, { steps: [step('succeeded', { outcome: 'succeeded' })] }),
  );
  return readExposition(reporter.text());
}

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const rules = (parse(read('monitoring/nodemend.rules.yaml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
);
const alerts = rules.filter(({ alert }) => alert !== undefined);

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly description: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

const dashboards = readdirSync(join(docs, 'monitoring'))
  .filter((name) => name.endsWith('.json'))
  .map((name) => [name, JSON.parse(read(`monitoring/${name}`)) as Dashboard] as const);

const queries = [
  ...rules.map(({ record, alert, expr }) => [alert ?? record ?? '', expr] as const),
  ...dashboards.flatMap(([, { panels }]) =>
    panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
  ),
];

/** The metrics that a query asks for, with the labels it names at each. */
function selectorsOf(query: string): readonly { readonly metric: string; readonly labels: readonly string[] }[] {
  return [...query.matchAll(/\b([a-z_]+(?::[a-z0-9_]+)*)(?:\{([^{}]*)\})?/g)].flatMap(([, metric = '', matchers = '']) =>
    /^(nodemend|problem|process)[_:]/.test(metric)
      ? [{ metric, labels: [...matchers.matchAll(/([a-z]+)(?==|!=|=~|!~)/g)].map(([, label = '']) => label) }]
      : [],
  );
}

describe('dashboards and rules', () => {
  it('there are two of the one and twenty of the other', () => {
    expect(dashboards.map(([name]) => name)).toEqual(['nodemend-fleet.json', 'nodemend-node.json']);
    expect(rules.length).toBeGreaterThan(18);
    expect(queries.length).toBeGreaterThan(50);
  });

  it.each(queries)('%s asks for what the agent exports: %s', async (_name, query) => {
    const families = await exported();
    const recorded = new Set(rules.flatMap(({ record }) => record ?? []));
    const found = selectorsOf(query);

    expect(found.length > 0 || /\bup\{/.test(query)).toBe(true);
    for (const { metric, labels } of found) {
      if (recorded.has(metric)) continue;
      const family = families.get(metric) ?? expect.fail(`${metric} is exported by nobody`);
      const known = new Set([
        'job',
        'instance',
        ...[...family.samples.keys()].flatMap((key) => Object.keys(JSON.parse(key) as object)),
      ]);
      expect(
        labels.filter((label) => !known.has(label)),
        metric,
      ).toEqual([]);
    }
  });

  it.each(alerts.map((rule) => [rule.alert, rule] as const))('%s says what it means and what to type', (_name, {
    labels,
    annotations,
  }) => {
    const { summary = '', description = '', runbook = '', documentation = '' } = annotations ?? {};
    const [, command = ''] = /^nodemend ([a-z]+)/.exec(runbook) ?? [];

    expect(['critical', 'warning', 'info']).toContain(labels?.severity);
    expect(summary).not.toBe('');
    expect(description.length).toBeGreaterThan(40);
    expect(
      commands.some(({ name }) => name.split(' ')[0] === command),
      runbook,
    ).toBe(true);
    expect(readdirSync(docs)).toContain(documentation.replace(/^docs\//, ''));
  });

  it('each alert has a unit test, and a line in the documentation', () => {
    const tests = read('monitoring/nodemend.rules.test.yaml');
    const page = read('metrics.md');

    for (const { alert } of alerts) {
      expect(tests).toContain(`alertname: ${alert}`);
      expect(page).toContain(alert);
    }
  });

  it.each(dashboards)('%s has panels that say what they are for', (_name, { panels }) => {
    expect(panels.filter(({ title, description }) => title === '' || description === '')).toEqual([]);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
  });
});

describe('metrics.md', () => {
  it('has every metric that is exported, and no other', async () => {
    const table = read('metrics.md')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    const documented = table.flatMap((line) =>
      [...(line.split(' | ')[0] ?? '').matchAll(/`([a-z_]+)/g)].map(([, name = '']) => name),
    );

    expect(documented.toSorted()).toEqual([...(await exported()).keys()].toSorted());
  });
});
