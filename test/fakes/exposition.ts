import { expect } from 'vitest';

export interface Exposed {
  readonly type: string;
  readonly help: string;
  /** By the labels as JSON, sorted by name. */
  readonly samples: ReadonlyMap<string, number>;
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';

function readLabels(text: string): string {
  const labels: [string, string][] = [];
  const rest = text.replace(/([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/g, (_, name: string, value: string) => {
    labels.push([name, value.replace(/\\(["\\n])/g, (__, one: string) => (one === 'n' ? '\n' : one))]);
    return '';
  });
  expect(rest, 'labels').toBe('');
  expect(new Set(labels.map(([name]) => name)).size, 'a label twice').toBe(labels.length);
  return JSON.stringify(Object.fromEntries(labels.toSorted(([a], [b]) => a.localeCompare(b))));
}

function readValue(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  expect(text).toMatch(/^(-?\d+(\.\d+)?(e[+-]?\d+)?|NaN)$/);
  return Number(text);
}

/** A strict reader of Prometheus' text format 0.0.4: what a scraper would refuse fails here. */
export function readExposition(text: string): ReadonlyMap<string, Exposed> {
  const families = new Map<string, { type: string; help: string; samples: Map<string, number> }>();
  let current = '';
  expect(text === '' || text.endsWith('\n'), 'the last line ends').toBe(true);
  for (const line of text.split('\n').slice(0, -1)) {
    const [, help, helped = ''] = new RegExp(`^# HELP (${NAME}) (.*)$`).exec(line) ?? [];
    const [, typed, type = ''] = new RegExp(`^# TYPE (${NAME}) (counter|gauge)$`).exec(line) ?? [];
    if (help !== undefined) {
      expect(families.has(help), `${help} comes twice`).toBe(false);
      families.set(help, { type: '', help: helped, samples: new Map() });
      current = help;
    } else if (typed !== undefined) {
      expect(typed).toBe(current);
      const family = families.get(typed) ?? expect.fail(typed);
      families.set(typed, { ...family, type });
    } else {
      const [, name = '', labels = '', value = ''] =
        new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`).exec(line) ?? expect.fail(line);
      expect(name, line).toBe(current);
      const { samples, type: known } = families.get(name) ?? expect.fail(name);
      const key = readLabels(labels);
      expect(known, `${name} has no type`).not.toBe('');
      expect(samples.has(key), `${line} comes twice`).toBe(false);
      samples.set(key, readValue(value));
    }
  }
  return families;
}

/** `cpu="cpu0"` → the key of a sample. */
export const keyOf = (labels: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.fromEntries(Object.entries(labels).toSorted(([a], [b]) => a.localeCompare(b))));
