import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../agent/configuration.ts';
import { checks } from '../lib/checks/index.ts';
import type { Source } from '../lib/model/source.ts';
import { problems } from '../lib/problems/index.ts';
import { remedies } from '../lib/remedies/index.ts';

const filesOf = (folder: string) =>
  readdirSync(fileURLToPath(new URL(`../lib/${folder}`, import.meta.url)), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && name !== 'index.ts')
    .map((name) => basename(name, '.ts'));

const kebab = (type: string) => type.replace(/([a-z0-9])([A-Z])|([A-Z]+)([A-Z][a-z])/g, '$1$3-$2$4').toLowerCase();
const sourcesOf = (check: (typeof checks)[number]): readonly Source<unknown>[] =>
  Object.values(check.sources).map((source) => ('optional' in source ? source.optional : source));

describe('checks', () => {
  it('are the files of their folder, in alphabetical order', () => {
    const ids = checks.map(({ id }) => id);

    expect(ids).toEqual([...ids].sort());
    expect(filesOf('checks')).toEqual(expect.arrayContaining(ids));
  });

  it.each(checks.map((check) => [check.id, check] as const))('%s names only problems of the catalogue', (_id, check) => {
    expect(check.problems.filter((problem) => !problems.includes(problem))).toEqual([]);
    expect(check.problems.length).toBeGreaterThan(0);
  });

  it('use one source object per source id', () => {
    const byId = new Map<string, Source<unknown>>();
    for (const source of checks.flatMap(sourcesOf)) {
      expect(byId.get(source.id) ?? source, source.id).toBe(source);
      byId.set(source.id, source);
    }
    expect(filesOf('sources')).toEqual(expect.arrayContaining([...byId.keys()]));
  });
});

describe('problems', () => {
  it('are the files of their folder, in alphabetical order', () => {
    const types = problems.map(({ type }) => type);

    expect(types).toEqual([...types].sort());
    expect(filesOf('problems').sort()).toEqual(types.map(kebab).sort());
  });

  it.each(
    problems.map((problem) => [problem.type, problem] as const),
  )('%s is found by a check and climbs known rungs', (_type, problem) => {
    const rungs = [problem.ladder, ...Object.values(problem.reasons).map(({ ladder }) => ladder ?? [])].flat();
    const known = new Set(remedies.map(({ id }) => id));

    expect(checks.some((check) => check.problems.includes(problem))).toBe(true);
    expect(rungs.filter((rung) => !known.has(rung))).toEqual([]);
    expect(Object.keys(problem.reasons).filter((reason) => !/^([A-Z][a-z0-9]+)+$/.test(reason))).toEqual([]);
  });

  it.each(problems.map((problem) => [problem.type, problem] as const))('%s can be explained', (_type, problem) => {
    for (const text of [problem.title, problem.meaning, problem.detection]) expect(text).not.toBe('');
    expect(problem.advice.length).toBeGreaterThan(0);
  });
});

describe('remedies', () => {
  it('disrupt work only with the operator’s word', () => {
    const disruptive = remedies.filter(({ disruption }) => disruption === 'workload' || disruption === 'node');

    expect(disruptive.filter(({ enabledByDefault }) => enabledByDefault)).toEqual([]);
  });
});

describe('the configuration', () => {
  it('accepts the default of every setting', () => {
    expect(Object.keys(defaultConfig().checks)).toEqual(checks.map(({ id }) => id));
  });
});
