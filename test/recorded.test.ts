import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../agent/configuration.ts';
import { examine } from '../agent/examine.ts';
import { renderDoctor } from '../agent/output/doctor.ts';
import { renderCatalogue, renderExplanation } from '../agent/output/explain.ts';
import { chinese } from '../agent/output/zh/words.ts';
import { loadRecording } from '../agent/recording-files.ts';
import { safeJson } from '../lib/model/printable.ts';
import { problems } from '../lib/problems/index.ts';

const recordings = fileURLToPath(new URL('recordings', import.meta.url));
const golden = fileURLToPath(new URL('golden', import.meta.url));
const writing = process.env.NODEMEND_GOLDEN === 'write';
const PAGE = { columns: 100, color: false };
const CHINESE = { ...PAGE, words: chinese };

function expectGolden(name: string, text: string): void {
  const path = join(golden, name);
  if (writing) writeFileSync(path, text);
  expect(existsSync(path), `${name} is missing: npm run golden`).toBe(true);
  expect(text).toBe(readFileSync(path, 'utf8'));
}

/** Whole rounds over recorded nodes, by the real judgement, against files a person reviewed. */
describe.each(readdirSync(recordings).filter((name) => !name.startsWith('.')))('%s', (name) => {
  it('is judged and shown as before', async () => {
    const { host } = await loadRecording(join(recordings, name));
    const report = await examine(host, { config: defaultConfig(), version: '0.0.0' });

    expect(host.missing, 'questions the recording has no answer for: record it again').toEqual([]);
    expectGolden(`${name}.json`, `${safeJson(report, 2)}\n`);
    expectGolden(`${name}.txt`, renderDoctor(report, PAGE));
    expectGolden(`${name}.zh.txt`, renderDoctor(report, CHINESE));
  });
});

describe.each([
  ['explain.txt', PAGE],
  ['explain.zh.txt', CHINESE],
])('%s', (name, page) => {
  it('explains the catalogue and two of its problems as before', () => {
    const chosen = problems.filter(({ type }) => ['EvictionSignalUnguarded', 'PLEGUnhealthy'].includes(type));
    const parts = [renderCatalogue(problems, page), ...chosen.map((problem) => renderExplanation(problem, page))];

    expectGolden(name, parts.join(`\n${'='.repeat(100)}\n\n`));
  });
});

describe('golden files', () => {
  it('belong to recordings, all of them', () => {
    const owners = new Set(readdirSync(golden).map((file) => file.replace(/(\.zh)?\.(txt|json)$/, '')));

    expect([...owners].filter((owner) => owner !== 'explain' && !existsSync(join(recordings, owner)))).toEqual([]);
  });
});
