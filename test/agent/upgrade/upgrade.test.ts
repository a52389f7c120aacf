import { describe, expect, it } from 'vitest';
import { parseUpgradeFile, upgradeProgram } from '../../../agent/upgrade/program.ts';
import { upgradeSystemd } from '../../../agent/upgrade/upgrade.ts';
import type { ProcessEntry, RunOptions, RunResult } from '../../../lib/host/host.ts';
import type { ControlAnswer, ControlRequest } from '../../../lib/host/host-control.ts';
import type { PackageTool } from '../../../lib/model/package-tool.ts';

const MINUTE = 60_000;
const exited = (stdout = '', code = 0, stderr = ''): RunResult => ({ kind: 'exited', code, stdout, stderr, truncated: false });
const runc = (pid: number, ageMinutes: number, name = 'runc', state = 'S'): ProcessEntry => ({
  pid,
  parent: 1,
  name,
  state,
  threads: 1,
  cpuTicks: 0,
  // The host is up for a day.
  startTicks: (24 * 60 - ageMinutes) * 6000,
  kernelThread: false,
});

interface Script {
  readonly tool?: PackageTool;
  readonly answers?: Readonly<Record<string, RunResult>>;
  readonly processes?: readonly ProcessEntry[];
  readonly control?: ControlAnswer;
  /** Version before and after. */
  readonly versions?: readonly [string, string];
}

async function upgraded({
  tool = 'apt',
  answers = {},
  processes = [],
  control = { kind: 'done' },
  versions = ['252.30', '252.39'],
}: Script) {
  const ran: (readonly [string, RunOptions])[] = [];
  const ended: ControlRequest[] = [];
  let asked = 0;
  const host = {
    async run(argv: readonly string[], options: RunOptions): Promise<RunResult> {
      const words = argv.join(' ');
      if (/^(dpkg-query|rpm)/.test(words)) return exited(versions[asked++ === 0 ? 0 : 1]);
      ran.push([words, options]);
      const scripted = Object.entries(answers).find(([part]) => words.includes(part));
      return scripted?.[1] ?? exited();
    },
    processes: async () => ({ kind: 'processes', entries: processes, truncated: false }) as const,
    readFile: async () => ({ kind: 'text', text: `${24 * 3600}.5 1.0\n`, truncated: false }) as const,
  };
  const controlled = {
    async control(request: ControlRequest) {
      ended.push(request);
      return control;
    },
  };
  const report = await upgradeSystemd({ tool, olderThan: 10 * MINUTE }, host, controlled);
  return { report, ran, commands: ran.map(([words]) => words), ended };
}

describe('upgradeSystemd', () => {
  it.each([
    ['apt', ['update', '--download-only', 'apt-get -q -y', 'daemon-reexec']],
    ['dnf', ['--downloadonly', '-C upgrade', 'daemon-reexec']],
    ['yum', ['--downloadonly', '-C update', 'daemon-reexec']],
  ] as const)('with %s fetches, installs what was fetched, and has PID 1 executed anew', async (tool, parts) => {
    const { report, commands, ran } = await upgraded({ tool });

    expect(report).toEqual({ ok: true, why: 'systemd 252.30 was upgraded to 252.39, PID 1 runs it; no runc call was older' });
    expect(commands).toHaveLength(parts.length);
    for (const [at, part] of parts.entries()) expect(commands[at]).toContain(part);
    const packages = commands.filter((words) => !/ update$|daemon-reexec/.test(words));
    expect(packages.every((words) => words.endsWith(' systemd'))).toBe(true);
    expect(ran.every(([, { environment }]) => environment?.NEEDRESTART_SUSPEND === '1')).toBe(true);
  });

  it.each([
    [
      'apt-get update',
      'update',
      exited('', 100, 'E: Failed to fetch http://mirror/InRelease  Could not connect\n'),
      'Could not connect',
    ],
    ['the download', '--download-only', exited('', 100, 'E: Held packages were changed and -y was used\n'), 'Held packages'],
    [
      'the download',
      '--download-only',
      { kind: 'timed-out', after: 12 * MINUTE, stdout: '', stderr: '' } as const,
      'did not end within 12m',
    ],
    ['apt-get update', 'update', { kind: 'not-found', file: 'apt-get' } as const, 'there is no apt-get'],
  ])('%s fails (%s): it is said, and nothing else is done', async (what, part, answer, why) => {
    const { report, commands, ended } = await upgraded({ answers: { [part]: answer }, processes: [runc(7, 60)] });

    expect(report.ok).toBe(false);
    expect(report.why).toContain(what);
    expect(report.why).toContain(why);
    expect(report.why).toMatch(/; nothing was changed$/);
    expect(commands.at(-1)).toContain(part);
    expect(ended).toEqual([]);
  });

  it('has nothing to do where the repositories have nothing newer', async () => {
    const { report, commands, ended } = await upgraded({ versions: ['252.39', '252.39'], processes: [runc(7, 60)] });

    expect(report).toEqual({ ok: false, why: 'the repositories have no newer systemd than 252.39; nothing else was done' });
    expect(commands.some((words) => words.includes('daemon-reexec'))).toBe(false);
    expect(ended).toEqual([]);
  });

  it('says what was done when PID 1 does not come back', async () => {
    const { report, ended } = await upgraded({
      answers: { 'daemon-reexec': exited('', 1, 'Failed to reexecute\n') },
      processes: [runc(7, 60)],
    });

    expect(report).toEqual({
      ok: false,
      why: 'systemctl daemon-reexec failed: Failed to reexecute; systemd 252.30 was upgraded to 252.39',
    });
    expect(ended).toEqual([]);
  });

  it('ends old calls of runc by PID and start time, and nothing else', async () => {
    const processes = [
      runc(7, 11),
      runc(8, 9),
      runc(9, 600, 'docker-runc', 'D'),
      runc(10, 600, 'runc:[2:INIT]'),
      runc(11, 600, 'runc', 'Z'),
      runc(12, 600, 'runcible'),
    ];
    const { report, ended } = await upgraded({ processes });

    expect(ended.map((request) => request.kind === 'signal-process' && request.pid)).toEqual([7, 9]);
    expect(ended[0]).toEqual({ kind: 'signal-process', pid: 7, startTicks: processes[0]?.startTicks, signal: 'SIGKILL' });
    expect(report.why).toMatch(/; ended 2 runc calls$/);
  });

  it('is not content with a call that cannot be ended', async () => {
    const { report } = await upgraded({ processes: [runc(7, 60)], control: { kind: 'failed', why: 'EPERM' } });

    expect(report).toMatchObject({
      ok: false,
      why: expect.stringContaining('runc 7 could not be ended; systemd 252.30 was upgraded'),
    });
  });

  it('takes what yum 3.4.3 says for what it means, not its exit status', async () => {
    const said = exited('exiting because "Download Only" specified\n', 1);

    expect((await upgraded({ tool: 'yum', answers: { '--downloadonly': said } })).report.ok).toBe(true);
    expect(
      (await upgraded({ tool: 'yum', answers: { '--downloadonly': exited('Cannot retrieve metadata\n', 1) } })).report.ok,
    ).toBe(false);
  });
});

describe('what the program leaves behind', () => {
  it.each([
    ['its own', '{"id":"a","ok":true,"why":"done"}', { ok: true, why: 'done' }],
    ['of a run before', '{"id":"b","ok":true,"why":"done"}', undefined],
    ['half', '{"id":"a","o', undefined],
    ['empty', '', undefined],
    ['without an outcome', '{"id":"a"}', undefined],
  ])('%s', (_what, text, expected) => expect(parseUpgradeFile(text, 'a')).toEqual(expected));

  it('is asked for in one argument', () => {
    const argv = upgradeProgram({ id: 'a', tool: 'yum', olderThan: 1, resultFile: '/run/x.json' });

    expect(argv).toHaveLength(3);
    expect(JSON.parse(argv[2] ?? '')).toEqual({ id: 'a', tool: 'yum', olderThan: 1, resultFile: '/run/x.json' });
  });
});
