import type { RecordedAnswer } from '../../../lib/host/recording.ts';

/** A distribution that the lab cannot run, told by its differences from a node that it can. */
export interface Layout {
  /** Directory in test/recordings. */
  readonly name: string;
  readonly title: string;
  /** The recording of a real node that it starts from. */
  readonly from: string;
  /** In questions and answers alike, in this order. */
  readonly words: readonly (readonly [RegExp, string])[];
  /** Answers that are others there, by their question after the words were changed; each made from the one it replaces. */
  readonly answers: readonly (readonly [question: RegExp, (before: unknown) => unknown])[];
  /** Answers to questions that nobody asks the recorded node; they replace what it said of such a thing. */
  more?(recorded: readonly RecordedAnswer[]): readonly RecordedAnswer[];
}

export const missing = () => ({ kind: 'missing' });
export const output = (stdout: string) => () => ({ kind: 'exited', code: 0, stdout, stderr: '', truncated: false });

/** A text that begins so, as another one; any other answer as it is. */
export const textThatBegins = (beginning: string, text: string) => (before: unknown) => {
  const file = before as { readonly text?: string };
  return file.text?.startsWith(beginning) === true ? { ...file, text } : before;
};

/** One block of `systemctl show`, as for a unit that the host does not have. */
const unitAbsent = (id: string) =>
  `MainPID=0\nResult=success\nNRestarts=0\nControlGroup=\nKillMode=control-group\nId=${id}\nRequires=\nBindsTo=\nPartOf=\nRequiredBy=\nBoundBy=\nConsistsOf=\nLoadState=not-found\nActiveState=inactive\nSubState=dead\nUnitFileState=\nNeedDaemonReload=no`;

/** The answer of `systemctl show` about several units, one of them changed; undefined: not on this host. */
export function withUnit(answer: unknown, id: string, properties?: Readonly<Record<string, string>>): unknown {
  const shown = answer as { readonly stdout: string };
  const blocks = shown.stdout.trimEnd().split('\n\n');
  const changed = blocks.map((block) => {
    if (!block.split('\n').includes(`Id=${id}`)) return block;
    if (properties === undefined) return unitAbsent(id);
    const known = Object.fromEntries(block.split('\n').map((line) => [line.split('=')[0] ?? '', line.replace(/^[^=]*=/, '')]));
    return Object.entries({ ...known, ...properties })
      .map(([key, value]) => `${key}=${value}`)
      .join('\n');
  });
  return { ...shown, stdout: `${changed.join('\n\n')}\n` };
}

interface Entry {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
}

/** The process table, each process changed. */
export function withProcesses(
  answer: unknown,
  change: (entry: Entry, entries: readonly Entry[]) => Entry | readonly Entry[],
): unknown {
  const table = answer as { readonly entries: readonly Entry[] };
  return { ...table, entries: table.entries.flatMap((entry) => change(entry, table.entries)) };
}

/** A command's output without the lines that match. */
export const withoutLines = (pattern: RegExp) => (before: unknown) => {
  const result = before as { readonly stdout?: string };
  const lines = result.stdout?.split('\n').filter((line) => !pattern.test(line));
  return lines === undefined ? result : { ...result, stdout: lines.join('\n') };
};

/** The JSON that an HTTP server of the recorded node answered. */
export function bodyOf(recorded: readonly RecordedAnswer[], question: RegExp): unknown {
  const found = recorded.find(({ ask }) => ask.startsWith('httpGet ') && question.test(ask));
  if (found === undefined) throw new Error(`the recording has no answer to ${question.source}`);
  return JSON.parse((found.answer as { readonly body: string }).body) as unknown;
}

export function criAnswer(socket: string, method: string, version: 'v1' | 'v1alpha2', response: object): RecordedAnswer {
  return { ask: `criCall ${socket} ${method} {}`, answer: { kind: 'response', version, response, took: 3 } };
}

/** What /proc says of one process, again for another one. */
export function ofProcess(
  recorded: readonly RecordedAnswer[],
  name: string,
  pid: number,
  change: (text: string) => string,
): readonly RecordedAnswer[] {
  const tables = recorded.filter(({ ask }) => ask.startsWith('processes')).map(({ answer }) => answer);
  const entries = tables.flatMap((table) => (table as { readonly entries: readonly Entry[] }).entries);
  const model = entries.find((entry) => entry.name === name);
  if (model === undefined) throw new Error(`no process ${name} was recorded`);
  const about = recorded.filter(({ ask }) => ask.includes(` /proc/${model.pid}/`));
  return about.map(({ ask, answer }) => ({
    ask: ask.replace(`/proc/${model.pid}/`, `/proc/${pid}/`),
    answer: JSON.parse(change(JSON.stringify(answer)).replaceAll(`:\\t${model.pid}\\n`, `:\\t${pid}\\n`)) as unknown,
  }));
}

/** Applies the differences. */
export function derive({ words, answers, more }: Layout, recorded: readonly RecordedAnswer[]): RecordedAnswer[] {
  const changed = recorded.map((one) => {
    const text = words.reduce((line, [from, to]) => line.replaceAll(from, to), JSON.stringify(one));
    const { ask, answer } = JSON.parse(text) as RecordedAnswer;
    const change = answers.find(([question]) => question.test(ask))?.[1];
    return { ask, answer: change === undefined ? answer : change(answer) };
  });
  const added = more?.(changed) ?? [];
  const replaced = new Set(added.map(({ ask }) => ask));
  return [...changed.filter(({ ask }) => !replaced.has(ask)), ...added];
}
