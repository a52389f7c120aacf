import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { HostView } from '../../lib/host/host.ts';
import type { HostControl } from '../../lib/host/host-control.ts';
import { KiB, seconds } from '../../lib/model/units.ts';
import { readUnitProperties, type UnitProperties } from '../../lib/sources/host/unit-properties.ts';
import { splitWords } from '../../lib/sources/kubelet/kubelet-command.ts';
import { readServiceCommand } from '../../lib/tune/service-command.ts';
import type { FileChange, StepResult, Transaction } from '../../lib/tune/transaction.ts';
import { isUnclear } from '../../lib/tune/unit-words.ts';
import { stopAt } from '../steps/step.ts';

const failed = (why: string): StepResult => ({ kind: 'failed', why });

/** Of the unit's files those that systemd itself reads; an EnvironmentFile= is read at every start. */
const unitFilesOf = ({ files }: Transaction): readonly FileChange[] =>
  files.filter(({ path }) => path.startsWith('/etc/systemd/system/'));

interface Opinion {
  readonly code: number;
  readonly lines: readonly string[];
}

/** What systemd-analyze says of a unit as it lies in a directory of its own, all other drop-ins as they are. Undefined: there is none to ask. */
async function analyze(host: HostView, directory: string, unit: string): Promise<Opinion | string | undefined> {
  const path = join(directory, unit);
  const result = await host.run(['systemd-analyze', '--no-pager', 'verify', path], {
    deadline: seconds(30),
    maxBytes: 256 * KiB,
  });
  if (result.kind === 'not-found') return undefined;
  if (result.kind !== 'exited') return `systemd-analyze verify: ${result.kind}`;
  const lines = result.stderr.replaceAll(`${directory}/`, '').split('\n');
  return { code: result.code, lines: lines.filter((line) => line.trim() !== '') };
}

async function compare(transaction: Transaction, host: HostView, directory: string): Promise<StepResult> {
  const { unit } = transaction;
  const shown = await readUnitProperties(host, [unit], ['FragmentPath']);
  const fragment = shown.kind === 'units' ? (shown.units[0]?.FragmentPath ?? '') : '';
  const text = await host.readFile(fragment);
  if (text.kind !== 'text') return failed(`${fragment === '' ? unit : fragment} could not be read for systemd-analyze verify`);
  writeFileSync(join(directory, unit), text.text);
  const before = await analyze(host, directory, unit);
  mkdirSync(join(directory, `${unit}.d`));
  for (const { path, after } of unitFilesOf(transaction)) {
    // An empty one hides the file of that name which is there.
    const content = after.kind === 'file' ? Buffer.from(after.content, 'base64') : '';
    writeFileSync(join(directory, `${unit}.d`, basename(path)), content);
  }
  const after = await analyze(host, directory, unit);
  if (before === undefined || after === undefined)
    return { kind: 'done', what: 'systemd-analyze is not on this host; not asked' };
  if (typeof after === 'string') return failed(after);
  const known = typeof before === 'string' ? [] : before.lines;
  const news = after.lines.filter((line) => !known.includes(line));
  if (news.length > 0) return failed(`systemd-analyze verify: ${news[0]}`);
  const wasSound = typeof before === 'string' || before.code === 0;
  return after.code !== 0 && wasSound
    ? failed(`systemd-analyze verify: exit status ${after.code}`)
    : { kind: 'done', what: 'systemd-analyze verify accepts it' };
}

/** Asked before anything is written: copies in a directory of their own, and only what is new in its opinion counts. */
export async function verifyUnits(transaction: Transaction, host: HostView, runtimeDirectory: string): Promise<StepResult> {
  if (unitFilesOf(transaction).length === 0) return { kind: 'done', what: 'no file of systemd is changed' };
  mkdirSync(runtimeDirectory, { recursive: true });
  const directory = mkdtempSync(join(runtimeDirectory, 'tune-verify-'));
  try {
    return await compare(transaction, host, directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** `systemctl show` gives argv without the quotes that it was written with. */
const bare = (text: string) => text.replaceAll(/["'\\\s]+/g, ' ').trim();
const PROPERTIES = ['LoadState', 'NeedDaemonReload', 'FragmentPath', 'DropInPaths', 'ExecStart', 'Environment'];

async function readListed(host: HostView, { FragmentPath = '', DropInPaths = '' }: UnitProperties) {
  const paths = [FragmentPath, ...DropInPaths.split(' ')].filter((path) => path !== '');
  return await Promise.all(
    paths.map(async (path) => {
      const answer = await host.readFile(path);
      return { path, text: answer.kind === 'text' ? answer.text : '' };
    }),
  );
}

/** Undefined: systemd makes of its files what we make of them. */
async function whyReadOtherwise(host: HostView, unit: string, properties: UnitProperties): Promise<string | undefined> {
  const command = readServiceCommand(await readListed(host, properties), unit);
  if (isUnclear(command)) return command.why;
  const start = /argv\[\]=(.*?) ; ignore_errors=/s.exec(properties.ExecStart ?? '')?.[1] ?? '';
  if (bare(start) !== bare(command.words.join(' '))) return `systemd would run: ${start.slice(0, 400)}`;
  const theirs = splitWords(properties.Environment ?? '')
    .map(bare)
    .sort();
  const ours = [...command.environment].map(([name, value]) => bare(`${name}=${value}`)).sort();
  const odd = theirs.find((one) => !ours.includes(one)) ?? ours.find((one) => !theirs.includes(one));
  return odd === undefined ? undefined : `systemd reads another Environment=: ${odd.slice(0, 300)}`;
}

async function whyOtherwise(transaction: Transaction, which: 'before' | 'after', host: HostView): Promise<string | undefined> {
  const { unit } = transaction;
  const shown = await readUnitProperties(host, [unit], PROPERTIES);
  if (shown.kind !== 'units') return shown.why;
  const [properties = {}] = shown.units;
  if (properties.LoadState !== 'loaded') return `${unit} is ${properties.LoadState} after the daemon-reload`;
  if (properties.NeedDaemonReload === 'yes') return `${unit} still needs a daemon-reload`;
  const listed = (properties.DropInPaths ?? '').split(' ');
  const missed = unitFilesOf(transaction).find((file) => (file[which].kind === 'file') !== listed.includes(file.path));
  if (missed !== undefined) return `systemd ${listed.includes(missed.path) ? 'still reads' : 'does not read'} ${missed.path}`;
  // What is put back is as it was, whether or not it is understood.
  const isOld = (which === 'before') === (transaction.what === 'apply');
  return isOld ? undefined : await whyReadOtherwise(host, unit, properties);
}

/** daemon-reload where systemd's own files changed, then what systemd makes of them. */
export async function loadUnits(
  transaction: Transaction,
  which: 'before' | 'after',
  { host, control }: { readonly host: HostView; readonly control: HostControl },
): Promise<StepResult> {
  if (unitFilesOf(transaction).length === 0) return { kind: 'done', what: 'systemd has nothing to read anew' };
  const asked = stopAt(await control.control({ kind: 'daemon-reload' }), 'daemon-reload');
  if (asked !== undefined) return failed(asked.why);
  const why = await whyOtherwise(transaction, which, host);
  return why === undefined ? { kind: 'done', what: 'systemd has read it, and reads it as it was meant' } : failed(why);
}
