import { rm } from 'node:fs/promises';
import type { HostView, RunResult } from '../../lib/host/host.ts';
import { writeWhole } from '../../lib/host/write-file.ts';
import { seconds } from '../../lib/model/units.ts';
import type { Done } from './hands.ts';

const MAINTAIN_UNIT = 'nodemend-maintain.service';
const PATH = `/etc/systemd/system/${MAINTAIN_UNIT}`;

/** systemd's grammar: quoted, and its own signs doubled. */
const quote = (word: string) =>
  `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`;
/** Of an assignment no `$` is special. */
const assign = (name: string, value: string) => quote(`${name}=${value}`).replaceAll('$$', '$');

export interface AfterBootUnit {
  readonly argv: readonly string[];
  readonly journal: string;
  /** HOME and PATH, for plugins that make a credential. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Goes on with the maintenance that the journal holds; where there is none, there is nothing to start. */
export function afterBootUnit({ argv, journal, environment }: AfterBootUnit): string {
  const given = Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [assign(name, value)]));
  return [
    '[Unit]',
    'Description=The maintenance of this node goes on after its reboot (nodemend maintain --status)',
    `ConditionPathExists=${journal.replaceAll('%', '%%')}`,
    '',
    '[Service]',
    'Type=simple',
    ...(given.length === 0 ? [] : [`Environment=${given.join(' ')}`]),
    `ExecStart=${argv.map(quote).join(' ')}`,
    // Killed, it goes on; where it stopped by itself, a person decides.
    'Restart=on-abnormal',
    'RestartSec=10',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n');
}

const RELOADED_WITHIN = seconds(60);

const words = (result: RunResult): string | undefined => {
  if (result.kind === 'exited') return result.code === 0 ? undefined : (result.stderr.trim().split('\n')[0] ?? 'it failed');
  return result.kind === 'not-found' ? `there is no ${result.file}` : result.kind;
};

type Runs = Pick<HostView, 'run'>;
const systemctl = (host: Runs, ...rest: readonly string[]) =>
  host.run(['systemctl', '--no-ask-password', '--quiet', ...rest], { deadline: RELOADED_WITHIN, maxBytes: 16_384 });

/** Done: the next boot goes on with it. */
export async function armAfterBoot(host: Runs, unit: AfterBootUnit): Promise<Done> {
  const written = await writeWhole({ path: PATH, text: afterBootUnit(unit), mode: 0o644 });
  if (written.kind !== 'done')
    return { kind: 'stopped', why: `${PATH} was not written: ${'why' in written ? written.why : written.kind}` };
  const why = words(await systemctl(host, 'daemon-reload')) ?? words(await systemctl(host, 'enable', MAINTAIN_UNIT));
  return why === undefined ? { kind: 'done' } : { kind: 'stopped', why: `${MAINTAIN_UNIT} could not be enabled: ${why}` };
}

/** Where it was never armed there is nothing to be done; what cannot be taken away starts nothing without a journal. */
export async function disarmAfterBoot(host: Runs): Promise<void> {
  const status = await systemctl(host, 'is-enabled', MAINTAIN_UNIT);
  if (status.kind === 'exited' && status.code !== 0) {
    await rm(PATH, { force: true }).catch(() => undefined);
    return;
  }
  await systemctl(host, 'disable', MAINTAIN_UNIT);
  await rm(PATH, { force: true }).catch(() => undefined);
  await systemctl(host, 'daemon-reload');
}
