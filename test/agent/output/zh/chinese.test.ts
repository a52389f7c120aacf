import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ADVICE, adviceInChinese } from '../../../../agent/output/zh/advice.ts';
import { HOLDS } from '../../../../agent/output/zh/holds.ts';
import { problemInChinese, problemWords } from '../../../../agent/output/zh/problems.ts';
import { REMEDIES } from '../../../../agent/output/zh/remedies.ts';
import { EFFORTS, FRAGMENTS, SENTENCES, sentenceInChinese } from '../../../../agent/output/zh/sentences.ts';
import { DOUBTS } from '../../../../agent/output/zh/status.ts';
import { chinese } from '../../../../agent/output/zh/words.ts';
import type { DoctorReport } from '../../../../lib/model/report.ts';
import { problems } from '../../../../lib/problems/index.ts';
import { remedies } from '../../../../lib/remedies/index.ts';

const root = join(import.meta.dirname, '../../../..');
const HAN = /\p{Script=Han}/u;
const namesIn = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();

/** What must be said to the letter: numbers with their unit, options, paths, names in capitals, quotations. */
const exact = (text: string) => [
  ...new Set(
    [...text.matchAll(/\d[\d.,]*\d|\d+|--[a-z-]+|\/[a-z]+\/[\w./-]*\w|\b[A-Z]{3,}\b|`[^`]+`|"[^"]+"/g)].map(([word]) => word),
  ),
];

describe('the catalogue in Chinese', () => {
  it('has every problem, and no other', () => {
    expect([...problemWords.keys()].sort()).toEqual(problems.map(({ type }) => type).sort());
  });

  it.each(
    problems.map((problem) => [problem.type, problem] as const),
  )('%s is told in Chinese, to the number', (_type, problem) => {
    const told = problemInChinese(problem);
    const pairs: [string, string][] = [
      [problem.title, told.title],
      [problem.meaning, told.meaning],
      [problem.detection, told.detection],
      ...Object.entries(problem.reasons).map(([reason, { description }]): [string, string] => [
        description,
        told.reasons[reason]?.description ?? '',
      ]),
    ];

    for (const [text, words] of pairs) {
      expect(words, text).toMatch(HAN);
      expect(exact(text).filter((word) => !words.includes(word))).toEqual([]);
    }
  });

  it('has every advice of the catalogue', () => {
    const texts = problems.flatMap(({ advice, reasons }) => [
      ...advice,
      ...Object.values(reasons).flatMap(({ advice: own = [] }) => own),
    ]);

    expect([...new Set(texts.map(({ text }) => text))].filter((text) => !HAN.test(adviceInChinese(text)))).toEqual([]);
  });

  it('changes neither commands, nor severities, nor ladders', () => {
    const bare = (text: string) => text.replace(/"(?:title|meaning|detection|description|text)":"(?:[^"\\]|\\.)*"/g, '');

    for (const problem of problems) {
      expect(bare(JSON.stringify(problemInChinese(problem)))).toBe(bare(JSON.stringify(problem)));
    }
  });

  it('has what every remedy does', () => {
    expect(Object.keys(REMEDIES).sort()).toEqual(remedies.map(({ id }) => id).sort());
  });
});

describe('tables of sentences', () => {
  const sources = [
    'lib/checks',
    'lib/problems',
    'lib/model',
    'lib/policy',
    'lib/sources',
    'lib/kube',
    'agent/own-checks.ts',
    'agent/judgement.ts',
    'agent/commands/status.ts',
  ]
    .flatMap((place) =>
      place.endsWith('.ts')
        ? [place]
        : readdirSync(join(root, place), { recursive: true, encoding: 'utf8' })
            .filter((name) => name.endsWith('.ts'))
            .map((name) => join(place, name)),
    )
    .map((path) => readFileSync(join(root, path), 'utf8').replaceAll("\\'", "'"))
    .join('\n');

  const tables = { ...ADVICE, ...SENTENCES, ...EFFORTS, ...HOLDS, ...DOUBTS };
  const rows = Object.entries({ ...tables, ...FRAGMENTS });

  it('have the same names in Chinese', () => {
    expect(rows.filter(([text, words]) => namesIn(words).join() !== namesIn(text).join())).toEqual([]);
    expect(Object.entries(tables).filter(([, words]) => !HAN.test(words))).toEqual([]);
  });

  /** An English sentence that was changed leaves a dead row behind. */
  it('have no row that nobody says any more', () => {
    const fixed = (text: string) =>
      text
        .split(/\{\w+\}|[;,:()]|\b(?:and|in|for|of|by|is|with|was|on|status|within|after|via|until)\b/)
        .map((part) => part.trim())
        .filter((part) => part.length > 9 && !/^(?:apt|dnf|yum|dpkg|rpm|state [TD])$/.test(part));
    const dead = Object.keys({ ...ADVICE, ...SENTENCES, ...EFFORTS, ...HOLDS, ...DOUBTS })
      .flatMap(fixed)
      .filter((part) => !sources.includes(part));

    expect(dead).toEqual([]);
  });
});

describe('recorded nodes', () => {
  const golden = join(root, 'test/golden');
  const reports = readdirSync(golden)
    .filter((name) => name.endsWith('.json'))
    .map((name) => [name, JSON.parse(readFileSync(join(golden, name), 'utf8')) as DoctorReport] as const);

  it.each(reports)('%s: what is wrong is said in Chinese', (_name, { problems: found }) => {
    for (const problem of found) {
      expect(chinese.doctor.message(problem)).toMatch(HAN);
      expect(problem.advice.map(({ text }) => text).filter((text) => !HAN.test(chinese.doctor.advice(text)))).toEqual([]);
    }
  });

  it('says most of all else in Chinese, too', () => {
    const summaries = [...new Set(reports.flatMap(([, { checks }]) => checks.map(({ summary }) => summary)))];
    const left = summaries.filter((summary) => !HAN.test(sentenceInChinese(summary)));

    expect(left.length).toBeLessThan(summaries.length / 20);
  });
});

describe('a sentence that nobody knows', () => {
  const problem = { type: 'PLEGUnhealthy', reason: 'PlegStalled', message: 'something new' } as const;
  const full = { ...problem, severity: 'critical', state: 'active', since: '', evidence: [], advice: [] } as const;

  it('stands behind what its reason means', () => {
    expect(chinese.doctor.message(full)).toBe('距上次 relist 的时间过长。原文：something new');
  });

  it('of a problem that is an operator’s own stays as it is', () => {
    expect(chinese.doctor.message({ ...full, type: 'OwnProblem' })).toBe('something new');
  });

  it.each([
    '',
    '; ',
    'docker',
    ' is  of  (), below the  threshold  ()',
    '}{name}{',
    'a'.repeat(100_000),
    '; '.repeat(5000),
  ])('survives %.40j', (text) => {
    expect(typeof sentenceInChinese(text)).toBe('string');
  });
});

describe('the daemon', () => {
  /** Everything that its bundle holds, by its imports. */
  function reached(from: string, seen = new Set<string>()): ReadonlySet<string> {
    if (seen.has(from)) return seen;
    seen.add(from);
    const text = readFileSync(join(root, from), 'utf8').replaceAll(/^import type .*$/gm, '');
    for (const [, specifier = ''] of text.matchAll(/(?:from|import\(|^import) ?'(\.[^']+)'/gm)) {
      reached(join(dirname(from), specifier), seen);
    }
    return seen;
  }

  it('carries no Chinese', () => {
    const files = [...reached('agent/agent.ts')];

    expect(files.length).toBeGreaterThan(100);
    expect(files.filter((path) => path.startsWith('agent/output/zh/'))).toEqual([]);
    expect(reached('agent/main.ts')).toContain('agent/output/zh/words.ts');
  });
});
