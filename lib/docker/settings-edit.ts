import { toObject } from '../model/json.ts';
import { readDaemonJson, withValue, writtenValue } from './daemon-json.ts';

export interface WantedSettings {
  readonly liveRestore: boolean;
  /** `50m`, as docker takes it. */
  readonly logMaxSize?: string;
  readonly logMaxFile?: number;
}

/** The indentation of a line's first member, for what is put below it. */
const indentOf = (text: string): string => /\n([ \t]+)"/.exec(text)?.[1] ?? '  ';

/** log-opts, whatever else stands in it kept as it stands. */
function withLogOptions(text: string | undefined, options: Readonly<Record<string, string>>) {
  const settings = readDaemonJson(text) ?? {};
  const present = writtenValue(text ?? '{}', 'log-opts');
  const value = { ...toObject(settings['log-opts']), ...options };
  if (present === undefined) {
    const indent = indentOf(text ?? '');
    const written = JSON.stringify(value, undefined, indent).replaceAll('\n', `\n${indent}`);
    return withValue(text, 'log-opts', value, written);
  }
  let written = present;
  for (const [key, option] of Object.entries(options)) {
    const edited = withValue(written, key, option);
    if (edited.kind === 'refused') return edited;
    written = edited.text;
  }
  return withValue(text, 'log-opts', value, written.trim());
}

/** The text with what is wanted in it, and nothing else changed. */
export function editSettings(text: string | undefined, { liveRestore, logMaxSize, logMaxFile }: WantedSettings) {
  const settings = readDaemonJson(text) ?? {};
  const needsLive = liveRestore && settings['live-restore'] !== true;
  const first = needsLive ? withValue(text, 'live-restore', true) : ({ kind: 'text', text: text ?? '' } as const);
  if (first.kind === 'refused' || logMaxSize === undefined) return first;
  const options = { 'max-size': logMaxSize, ...(logMaxFile === undefined ? {} : { 'max-file': String(logMaxFile) }) };
  const has = toObject(settings['log-opts']);
  if (Object.entries(options).every(([key, value]) => has[key] === value)) return first;
  return withLogOptions(first.text === '' ? undefined : first.text, options);
}
