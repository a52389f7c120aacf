import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadRecording, type RecordingManifest, writeRecording } from '../../agent/recording-files.ts';

const manifest: RecordingManifest = {
  apiVersion: 'nodemend.io/v1',
  kind: 'Recording',
  title: 'a node',
  recordedAt: '2026-01-01T00:00:00.000Z',
  agentVersion: '0.0.0',
  node: 'node-1',
};
const answers = [{ ask: 'readFile /etc/hostname', answer: { kind: 'text', text: 'node-1\n', truncated: false } }];

let directory = '';
const path = (name: string) => join(directory, name);

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'nodemend-recording-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

describe('a recording on disk', () => {
  it.each(['new', 'empty'])('is written whole into a %s directory, and read back', async (name) => {
    if (name === 'empty') mkdirSync(path(name));

    await writeRecording(path(name), manifest, answers);
    const { host, manifest: read } = await loadRecording(path(name));

    expect(read).toEqual(manifest);
    expect(host.clock.now()).toBe(Date.parse(manifest.recordedAt));
    expect(await host.readFile('/etc/hostname')).toEqual(answers[0]?.answer);
    expect(readdirSync(directory).filter((left) => left.startsWith('.'))).toEqual([]);
  });

  it('replaces nothing that exists: not a file, not a directory with something in it', async () => {
    writeFileSync(path('file'), 'precious');
    mkdirSync(path('full'));
    writeFileSync(path('full/file'), 'precious');

    await expect(writeRecording(path('file'), manifest, answers)).rejects.toThrow('is not a directory; nothing was written');
    await expect(writeRecording(path('full'), manifest, answers)).rejects.toThrow('is not an empty directory');
    expect(readFileSync(path('file'), 'utf8') + readFileSync(path('full/file'), 'utf8')).toBe('preciousprecious');
  });

  it.each([
    ['answers.jsonl', '{"ask": "x", "answer": 1}\nnot JSON\n', 'answers.jsonl:2: expected one JSON object'],
    ['recording.json', '{"kind": "Pod"}', 'expected the JSON manifest of a recording'],
  ])('names what is wrong with %s', async (file, text, said) => {
    const broken = path(`broken-${file}`);
    await writeRecording(broken, manifest, answers);
    writeFileSync(join(broken, file), text);

    await expect(loadRecording(broken)).rejects.toThrow(said);
  });

  it('names a directory that is none', async () => {
    await expect(loadRecording(path('absent'))).rejects.toMatchObject({ code: 'RECORDING_INVALID' });
  });
});
