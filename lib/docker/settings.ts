import { readDaemonJson } from './daemon-json.ts';
import { jsonTrouble } from './json-trouble.ts';
import { editSettings, type WantedSettings } from './settings-edit.ts';

/** The running docker and what it was started with. */
export interface RunningDocker {
  readonly version: string;
  readonly argv: readonly string[];
  readonly liveRestore: boolean;
  readonly swarm: boolean;
  readonly path: string;
  /** undefined: there is no file. */
  readonly text: string | undefined;
  /** The file was changed after docker read it, by somebody else. */
  readonly hasUntriedEdits: boolean;
}

export type SettingsRefusal = 'not-json' | 'command-line' | 'swarm' | 'log-driver' | 'untried-edits' | 'duplicate-key';

export interface SettingsPlan {
  /** undefined: refused, or the file says it all already. */
  readonly after: string | undefined;
  readonly refusals: readonly { readonly reason: SettingsRefusal; readonly message: string }[];
}

/** Flags with which dockerd refuses to start when the file has their key, too. */
const FLAGS: Readonly<Record<string, RegExp>> = {
  'live-restore': /^--live-restore(=|$)/,
  'log-opts': /^--log-opt(=|$)/,
};

/** Drivers that know max-size and max-file; another one keeps dockerd from starting with them. */
const ROTATING: readonly string[] = ['json-file', 'local', ''];

const SIZE = /^[1-9]\d*[kmgKMG]?b?$/;

/** undefined: as docker takes it. */
export function refuseWanted({ liveRestore, logMaxSize, logMaxFile }: WantedSettings): string | undefined {
  if (!liveRestore && logMaxSize === undefined && logMaxFile === undefined)
    return 'nothing to set: --live-restore, --log-max-size';
  if (logMaxSize !== undefined && !SIZE.test(logMaxSize)) return `--log-max-size ${logMaxSize}: expected a size as 50m`;
  if (logMaxFile !== undefined && !(Number.isInteger(logMaxFile) && logMaxFile >= 1))
    return '--log-max-file: expected a number of files, 1 or more';
  if (logMaxFile !== undefined && logMaxSize === undefined)
    return '--log-max-file needs --log-max-size: files of any size are never rotated';
  return undefined;
}

function logDriver(argv: readonly string[], settings: Readonly<Record<string, unknown>>): string {
  const at = argv.findLastIndex((word) => word === '--log-driver' || word.startsWith('--log-driver='));
  const word = argv[at];
  if (word !== undefined) return word.includes('=') ? word.slice(word.indexOf('=') + 1) : (argv[at + 1] ?? '');
  const value = settings['log-driver'];
  return typeof value === 'string' ? value : '';
}

type Refusal = SettingsPlan['refusals'][number];

function notJson({ path, text = '' }: RunningDocker): readonly Refusal[] {
  const trouble = jsonTrouble(text);
  if (trouble === undefined) return [];
  const { line, column, message } = trouble;
  const where = `${path}:${line}:${column}`;
  return [{ reason: 'not-json', message: `${where}: ${message}; docker would not start with it either` }];
}

function onCommandLine({ argv }: RunningDocker, key: string): readonly Refusal[] {
  const flag = argv.find((word) => FLAGS[key]?.test(word));
  if (flag === undefined) return [];
  const message = `dockerd's command line has ${flag}, and dockerd does not start with ${key} in both places; change it there: systemctl cat docker`;
  return [{ reason: 'command-line', message }];
}

function wrongLogDriver({ argv, text = '' }: RunningDocker, keys: readonly string[]): readonly Refusal[] {
  const driver = logDriver(argv, readDaemonJson(text) ?? {});
  if (!keys.includes('log-opts') || ROTATING.includes(driver)) return [];
  return [
    { reason: 'log-driver', message: `the log driver is ${driver}, which has no max-size: docker would not start with it` },
  ];
}

function inSwarm({ swarm }: RunningDocker, wanted: WantedSettings): readonly Refusal[] {
  if (!wanted.liveRestore || !swarm) return [];
  return [{ reason: 'swarm', message: 'docker is in swarm mode, and does not start with live-restore' }];
}

function untried({ path, hasUntriedEdits }: RunningDocker): readonly Refusal[] {
  if (!hasUntriedEdits) return [];
  const message = `${path} was changed after docker was started: a reload would apply that, too; --accept untried-edits if it may`;
  return [{ reason: 'untried-edits', message }];
}

const refusalsOf = (docker: RunningDocker, wanted: WantedSettings, keys: readonly string[]): readonly Refusal[] => [
  ...notJson(docker),
  ...keys.flatMap((key) => onCommandLine(docker, key)),
  ...inSwarm(docker, wanted),
  ...wrongLogDriver(docker, keys),
  ...untried(docker),
];

/** What is to stand in the file: live-restore that the command line switches on already must not. */
function keysOf({ argv, liveRestore }: RunningDocker, wanted: WantedSettings): readonly string[] {
  const isOnByFlag = liveRestore && argv.some((word) => FLAGS['live-restore']?.test(word));
  return [
    ...(wanted.liveRestore && !isOnByFlag ? ['live-restore'] : []),
    ...(wanted.logMaxSize === undefined ? [] : ['log-opts']),
  ];
}

/** Pure: daemon.json as it would be, everything else in it kept to the byte. */
export function planSettings(docker: RunningDocker, wanted: WantedSettings): SettingsPlan {
  const keys = keysOf(docker, wanted);
  const refusals = refusalsOf(docker, wanted, keys);
  if (refusals.length > 0) return { after: undefined, refusals };
  const edited = editSettings(docker.text, { ...wanted, liveRestore: keys.includes('live-restore') });
  if (edited.kind === 'refused') {
    return { after: undefined, refusals: [{ reason: 'duplicate-key', message: `${docker.path}: ${edited.why}` }] };
  }
  return { after: edited.text === (docker.text ?? '') ? undefined : edited.text, refusals: [] };
}
