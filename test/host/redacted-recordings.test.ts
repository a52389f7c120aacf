import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../agent/configuration.ts';
import { examine } from '../../agent/examine.ts';
import { recordedHost } from '../../lib/host/recorded.ts';
import type { RecordedAnswer } from '../../lib/host/recording.ts';
import { redactor } from '../../lib/host/redact.ts';
import type { DoctorReport } from '../../lib/model/report.ts';

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const names = readdirSync(at('recordings')).filter((name) => !name.startsWith('.'));

/** What is judged, without the words. */
const essence = ({ health, checks, problems }: DoctorReport) => ({
  health,
  checks: checks.map(({ name, status }) => `${name} ${status}`),
  problems: problems.map(({ type, reason, state }) => `${type}/${reason} ${state}`),
});

/** A redaction that takes out too much leaves a recording that says something else, or asks what it has no answer for. */
describe('a recording that is redacted once more', () => {
  it.each(names)('%s is judged as before', async (name) => {
    const lines = readFileSync(at(`recordings/${name}/answers.jsonl`), 'utf8')
      .trim()
      .split('\n');
    const { recordedAt } = JSON.parse(readFileSync(at(`recordings/${name}/recording.json`), 'utf8')) as { recordedAt: string };
    const { recorded } = redactor(['node-1']);
    const host = recordedHost(
      lines.map((line) => recorded(JSON.parse(line) as RecordedAnswer)),
      Date.parse(recordedAt),
    );
    const report = await examine(host, { config: defaultConfig(), version: '0.0.0' });

    expect(host.missing).toEqual([]);
    expect(essence(report)).toEqual(essence(JSON.parse(readFileSync(at(`golden/${name}.json`), 'utf8')) as DoctorReport));
  });
});
