import type { HostView, ProcessEntry, RunResult } from '../../lib/host/host.ts';
import type { HostControl } from '../../lib/host/host-control.ts';
import { messageOf } from '../../lib/model/error-words.ts';
import type { PackageTool } from '../../lib/model/package-tool.ts';
import { formatDuration } from '../../lib/model/quantity.ts';
import { type Duration, MiB, minutes, seconds } from '../../lib/model/units.ts';

export interface UpgradeRequest {
  readonly tool: PackageTool;
  /** A runc of this age is ended. */
  readonly olderThan: Duration;
}

export interface UpgradeReport {
  readonly ok: boolean;
  /** Sentence: what was done; of one that is not ok, what could not be done, and that nothing else was. */
  readonly why: string;
}

type Argv = readonly [string, ...string[]];
interface Call {
  readonly what: string;
  readonly argv: Argv;
  readonly deadline: Duration;
  /** What it says when all is well although its exit status is another. */
  readonly well?: RegExp;
}

/** What of the host it needs. */
export type UpgradeHost = Pick<HostView, 'run' | 'processes' | 'readFile'>;

/** Fetched first, under a deadline: a package manager that is killed while it installs leaves a host half upgraded. */
const FETCH = minutes(12);
const INSTALL = minutes(30);

const APT = ['-q', '-y', '-o', 'Dpkg::Options::=--force-confold', '-o', 'DPkg::Lock::Timeout=60', '--only-upgrade', 'install'];

const CALLS: Readonly<Record<PackageTool, readonly Call[]>> = {
  apt: [
    // Without Error-Mode a repository that does not answer is a warning, and an old list would do.
    { what: 'apt-get update', argv: ['apt-get', '-q', '-o', 'APT::Update::Error-Mode=any', 'update'], deadline: FETCH },
    { what: 'the download', argv: ['apt-get', '--download-only', ...APT, 'systemd'], deadline: FETCH },
    { what: 'the upgrade', argv: ['apt-get', ...APT, 'systemd'], deadline: INSTALL },
  ],
  dnf: [
    { what: 'the download', argv: ['dnf', '-y', '--refresh', '--downloadonly', 'upgrade', 'systemd'], deadline: FETCH },
    { what: 'the upgrade', argv: ['dnf', '-y', '-C', 'upgrade', 'systemd'], deadline: INSTALL },
  ],
  yum: [
    {
      what: 'the download',
      argv: ['yum', '-y', '--downloadonly', 'update', 'systemd'],
      deadline: FETCH,
      // yummain.py of 3.4.3 takes a transaction without a result for one that failed.
      well: /exiting because "Download Only" specified/,
    },
    { what: 'the upgrade', argv: ['yum', '-y', '-C', 'update', 'systemd'], deadline: INSTALL },
  ],
};

/** needrestart of Ubuntu would restart the kubelet and docker for a new library. */
const ENVIRONMENT = { DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_SUSPEND: '1', APT_LISTCHANGES_FRONTEND: 'none' };

class Trouble extends Error {}

function lastWords(result: Extract<RunResult, { kind: 'exited' }>): string {
  const lines = `${result.stdout}\n${result.stderr}`.split('\n').filter((line) => line.trim() !== '');
  return (lines.findLast((line) => /^(E:|Error|error:)|[Cc]annot|Could ?n[o']t|failed/.test(line)) ?? lines.at(-1) ?? '').slice(
    0,
    200,
  );
}

async function must(host: UpgradeHost, { what, argv, deadline, well }: Call): Promise<string> {
  const result = await host.run(argv, { deadline, maxBytes: 64 * MiB, environment: ENVIRONMENT });
  if (result.kind === 'exited' && (result.code === 0 || well?.test(result.stdout) === true)) return result.stdout;
  if (result.kind === 'exited') throw new Trouble(`${what} failed: ${lastWords(result) || `exit status ${result.code}`}`);
  if (result.kind === 'timed-out') throw new Trouble(`${what} did not end within ${formatDuration(result.after)}`);
  throw new Trouble(`${what}: ${result.kind === 'not-found' ? `there is no ${result.file}` : result.kind}`);
}

const VERSION: Readonly<Record<PackageTool, Argv>> = {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own placeholder
  apt: ['dpkg-query', '-W', '-f', '${Version}', 'systemd'],
  dnf: ['rpm', '-q', '--qf', '%{VERSION}-%{RELEASE}', 'systemd'],
  yum: ['rpm', '-q', '--qf', '%{VERSION}-%{RELEASE}', 'systemd'],
};

const versionOf = async (host: UpgradeHost, tool: PackageTool) =>
  (await must(host, { what: 'the query of the installed version', argv: VERSION[tool], deadline: seconds(60) })).trim();

const RUNC = /^(docker-)?runc$/;

/** Calls alone: `runc:[2:INIT]` is a container about to begin. */
async function oldCalls(host: UpgradeHost, olderThan: Duration): Promise<readonly ProcessEntry[]> {
  const [table, uptime] = await Promise.all([host.processes(), host.readFile('/proc/uptime')]);
  const up = uptime.kind === 'text' ? Number.parseFloat(uptime.text) * 1000 : Number.NaN;
  if (table.kind !== 'processes' || Number.isNaN(up)) throw new Trouble('the processes of this host could not be listed');
  return table.entries.filter(
    ({ name, state, startTicks }) => RUNC.test(name) && state !== 'Z' && up - startTicks * 10 > olderThan,
  );
}

async function endOldCalls(host: UpgradeHost, control: HostControl, olderThan: Duration): Promise<string> {
  const old = await oldCalls(host, olderThan);
  const left: number[] = [];
  for (const { pid, startTicks } of old) {
    const answer = await control.control({ kind: 'signal-process', pid, startTicks, signal: 'SIGKILL' });
    if (answer.kind !== 'done' && answer.kind !== 'gone') left.push(pid);
  }
  if (left.length > 0) throw new Trouble(`runc ${left.join(', ')} could not be ended`);
  return old.length === 0 ? 'no runc call was older' : `ended ${old.length} runc ${old.length === 1 ? 'call' : 'calls'}`;
}

/** The whole of it, in an order in which each step is of use without the next; what fails ends it, and is said. */
export async function upgradeSystemd(
  { tool, olderThan }: UpgradeRequest,
  host: UpgradeHost,
  control: HostControl,
): Promise<UpgradeReport> {
  let did = 'nothing was changed';
  try {
    const before = await versionOf(host, tool);
    for (const call of CALLS[tool]) await must(host, call);
    const after = await versionOf(host, tool);
    if (after === before)
      return { ok: false, why: `the repositories have no newer systemd than ${before}; nothing else was done` };
    did = `systemd ${before} was upgraded to ${after}`;
    await must(host, { what: 'systemctl daemon-reexec', argv: ['systemctl', 'daemon-reexec'], deadline: minutes(2) });
    did = `${did}, PID 1 runs it`;
    return { ok: true, why: `${did}; ${await endOldCalls(host, control, olderThan)}` };
  } catch (error) {
    return { ok: false, why: `${messageOf(error)}; ${did}` };
  }
}
