import type { SettingsRefusal } from '../../lib/docker/settings.ts';
import type { WantedSettings } from '../../lib/docker/settings-edit.ts';
import { printable } from '../../lib/model/printable.ts';
import type { Page } from './doctor.ts';
import { wrap } from './layout.ts';
import { painter } from './paint.ts';

/** `nodemend tune docker --json`. */
export interface DockerTuning {
  readonly apiVersion: 'nodemend.io/v1';
  readonly kind: 'DockerTuning';
  readonly time: string;
  /** `unchanged`: the file says it all already. `rolled-back`: the file is to the byte what it was; `cause` says why. */
  readonly state: 'planned' | 'unchanged' | 'refused' | 'applied' | 'rolled-back' | 'reverted';
  readonly docker: { readonly version: string; readonly pid: number; readonly liveRestore: boolean };
  readonly path: string;
  readonly diff: string;
  readonly refusals: readonly { readonly reason: SettingsRefusal; readonly message: string }[];
  readonly cause: string | null;
  /** What the running docker has now, and what only a restart brings. */
  readonly inForce: readonly string[];
  readonly needsRestart: readonly string[];
}

export interface Standing {
  readonly state: DockerTuning['state'];
  readonly liveRestore: boolean;
  /** docker was started with the file as it is. */
  readonly isReadAtStart: boolean;
}

/** What holds now, and what does not: log options are read when dockerd starts, and again when a container is made. */
export function standing(
  { state, liveRestore, isReadAtStart }: Standing,
  { logMaxSize, logMaxFile }: WantedSettings,
): Pick<DockerTuning, 'inForce' | 'needsRestart'> {
  const survive = 'containers go on while dockerd is restarted';
  const inForce = [liveRestore ? `live-restore is on: ${survive}` : 'live-restore is off: every container ends with dockerd'];
  const isWritten = state === 'applied' || state === 'unchanged';
  if (!isWritten || logMaxSize === undefined) return { inForce, needsRestart: [] };
  const options = [`max-size ${logMaxSize}`, ...(logMaxFile === undefined ? [] : [`max-file ${logMaxFile}`])].join(', ');
  if (state === 'unchanged' && isReadAtStart) {
    return {
      inForce: [...inForce, `${options}, for containers made since docker was started; older ones keep their own`],
      needsRestart: [],
    };
  }
  const how = liveRestore
    ? 'systemctl restart docker (live-restore is on)'
    : 'systemctl restart docker, which ends every container';
  return {
    inForce,
    needsRestart: [
      `${options}: no docker reloads log-opts; from the next start on (${how}) for containers made after it, and never for those that are there`,
    ],
  };
}

const TITLE: Readonly<Record<DockerTuning['state'], string>> = {
  planned: 'Would be written; --apply does it',
  unchanged: 'Nothing to write',
  refused: 'Refused, nothing was written',
  applied: 'Written, reloaded and proved',
  'rolled-back': 'Rolled back: the file is to the byte what it was',
  reverted: 'Reverted: the file is to the byte what it was',
};

/** Pure. */
export function renderDockerTuning(tuning: DockerTuning, page: Page): string {
  const { state, docker, path, diff, refusals, cause, inForce, needsRestart } = tuning;
  const paint = painter(page.color);
  const tone = state === 'refused' || state === 'rolled-back' ? 'bad' : 'strong';
  const lines = (title: string, texts: readonly string[]) =>
    texts.length === 0
      ? ''
      : `\n${paint('strong', title)}\n${texts.map((text) => `  ${wrap(printable(text, 2000), page.columns, '    ')}\n`).join('')}`;
  const shown =
    diff === ''
      ? ''
      : `\n${diff
          .split('\n')
          .map((line) => printable(line, 4000))
          .join('\n')
          .trimEnd()}\n`;
  return [
    `${paint(tone, TITLE[state])}  ${printable(path)}  docker ${printable(docker.version)} (process ${docker.pid})\n`,
    lines('Why', [...refusals.map(({ message }) => message), ...(cause === null ? [] : [cause])]),
    shown,
    lines('In force', inForce),
    lines('After a restart', needsRestart),
  ].join('');
}
