import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { defaultConfig } from '../../agent/configuration.ts';
import { examine } from '../../agent/examine.ts';
import { type RecordingManifest, writeRecording } from '../../agent/recording-files.ts';
import { recordedHost } from '../../lib/host/recorded.ts';
import type { RecordedAnswer } from '../../lib/host/recording.ts';
import { criDockerd } from './layouts/cri-dockerd.ts';
import { criO } from './layouts/cri-o.ts';
import { k3s } from './layouts/k3s.ts';
import { derive, type Layout } from './layouts/layout.ts';

const recordings = join(import.meta.dirname, '../recordings');

/** What a host says to a question about something it does not have. */
function absence(question: string): unknown {
  if (/^(readFile|readLink|listDirectory|fileStatus|fileSystemUsage|httpGet unix:|criCall) ?/.test(question))
    return { kind: 'missing' };
  throw new Error(`no answer can be made up for: ${question}`);
}

/** Judges it until nothing is asked that has no answer: what only this layout is asked for is not there. */
async function complete(answers: readonly RecordedAnswer[], now: number): Promise<readonly RecordedAnswer[]> {
  const host = recordedHost(answers, now);
  await examine(host, { config: defaultConfig(), version: '0.0.0' });
  const missing = [...new Set(host.missing)];
  if (missing.length === 0) return answers;
  for (const question of missing) console.log(`  absent: ${question}`);
  return complete([...answers, ...missing.map((ask) => ({ ask, answer: absence(ask) }))], now);
}

async function write(layout: Layout): Promise<void> {
  const from = join(recordings, layout.from);
  const manifest = JSON.parse(readFileSync(join(from, 'recording.json'), 'utf8')) as RecordingManifest;
  const lines = readFileSync(join(from, 'answers.jsonl'), 'utf8').trimEnd().split('\n');
  const recorded = lines.map((line) => JSON.parse(line) as RecordedAnswer);
  console.log(`${layout.name} from ${layout.from}`);
  const answers = await complete(derive(layout, recorded), Date.parse(manifest.recordedAt));
  const title = `${layout.title} (derived from a real ${layout.from.replace('healthy-', '')} node)`;
  const directory = join(recordings, layout.name);
  rmSync(directory, { recursive: true, force: true });
  await writeRecording(directory, { ...manifest, title }, answers);
}

for (const layout of [k3s, criDockerd, criO]) await write(layout);
