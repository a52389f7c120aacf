import { constants } from 'node:fs';
import { mkdir, open, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AgentError } from '../lib/errors.ts';
import { type RecordedHost, recordedHost } from '../lib/host/recorded.ts';
import type { RecordedAnswer } from '../lib/host/recording.ts';
import { codeOf, messageOf } from '../lib/model/error-words.ts';

/** `recording.json` of a recording directory; `answers.jsonl` beside it holds one answer a line. */
export interface RecordingManifest {
  readonly apiVersion: 'nodemend.io/v1';
  readonly kind: 'Recording';
  readonly title: string;
  /** RFC 3339; the clock of every replay. */
  readonly recordedAt: string;
  readonly agentVersion: string;
  readonly node: string;
}

export interface LoadedRecording {
  readonly manifest: RecordingManifest;
  readonly host: RecordedHost;
}

const MOST_BYTES = 256 * 1024 * 1024;

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Nothing that exists is replaced but an empty directory: `--out /dev/null` must not cost a host its /dev/null. */
async function makeRoom(directory: string): Promise<void> {
  try {
    await rmdir(directory);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return;
    const why = code === 'ENOTDIR' ? 'is not a directory' : 'is not an empty directory';
    throw new AgentError('OUTPUT_EXISTS', `${directory} ${why}; nothing was written`, { cause: error });
  }
}

/** Writes the whole directory beside its place and renames it: a recording is there entirely or not at all. `beside`: by name, what no replay asks for. */
export async function writeRecording(
  directory: string,
  manifest: RecordingManifest,
  answers: readonly RecordedAnswer[],
  beside: Readonly<Record<string, string>> = {},
): Promise<void> {
  await makeRoom(directory);
  const temporary = join(dirname(directory), `.${basename(directory)}.${process.pid}.tmp`);
  try {
    await mkdir(temporary, { recursive: true, mode: 0o700 });
    await writeDurably(join(temporary, 'answers.jsonl'), answers.map((answer) => `${JSON.stringify(answer)}\n`).join(''));
    for (const [name, text] of Object.entries(beside)) await writeDurably(join(temporary, name), text);
    await writeDurably(join(temporary, 'recording.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
    await rename(temporary, directory);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw new AgentError('OUTPUT_EXISTS', `${directory} cannot be written: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

async function readText(path: string): Promise<string> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const status = await file.stat();
      if (!status.isFile()) throw new Error('not a regular file');
      if (status.size > MOST_BYTES) throw new Error(`${status.size} bytes; at most ${MOST_BYTES} are read`);
      return await readFile(file, 'utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new AgentError('RECORDING_INVALID', `${path}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function parseLine(path: string, line: string, number: number): RecordedAnswer {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && 'ask' in value && 'answer' in value && typeof value.ask === 'string') {
      return { ask: value.ask, answer: value.answer };
    }
  } catch {
    // Named below, with the line.
  }
  throw new AgentError('RECORDING_INVALID', `${path}:${number}: expected one JSON object {"ask": …, "answer": …}`);
}

function parseManifest(path: string, text: string): RecordingManifest {
  try {
    const value: unknown = JSON.parse(text);
    const isRecording = typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'Recording';
    if (isRecording && !Number.isNaN(Date.parse((value as RecordingManifest).recordedAt))) return value as RecordingManifest;
  } catch {
    // Named below.
  }
  throw new AgentError(
    'RECORDING_INVALID',
    `${path}: expected the JSON manifest of a recording, with kind: Recording and recordedAt`,
  );
}

export async function loadRecording(directory: string): Promise<LoadedRecording> {
  const manifestPath = join(directory, 'recording.json');
  const answersPath = join(directory, 'answers.jsonl');
  const manifest = parseManifest(manifestPath, await readText(manifestPath));
  const lines = (await readText(answersPath)).split('\n');
  const answers = lines.flatMap((line, index) => (line === '' ? [] : [parseLine(answersPath, line, index + 1)]));
  return { manifest, host: recordedHost(answers, Date.parse(manifest.recordedAt)) };
}
