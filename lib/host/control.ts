import { readFileSync } from 'node:fs';
import { kill } from 'node:process';
import { codeOf } from '../model/error-words.ts';
import { seconds } from '../model/units.ts';
import type { RunResult } from './host.ts';
import type { ControlAnswer, ControlRequest, HostControl } from './host-control.ts';
import { parseProcessStat } from './processes.ts';
import { run } from './run.ts';
import { asDetachedUnit, asTransientUnit } from './transient.ts';
import { writeWhole } from './write-file.ts';

type Request<Kind extends ControlRequest['kind']> = Extract<ControlRequest, { readonly kind: Kind }>;

/** PID 1 answers within milliseconds, or is not well itself. */
const DEADLINE = seconds(5);
/** What systemd allows in a name; a leading dash would be an option. */
const UNIT = /^[A-Za-z0-9:_.\\@][A-Za-z0-9:_.\\@-]*\.(service|socket)$/;

function toAnswer(result: RunResult): ControlAnswer {
  if (result.kind === 'timed-out') return { kind: 'timed-out', after: result.after };
  if (result.kind === 'not-found') return { kind: 'failed', why: `no ${result.file} on this host` };
  if (result.kind === 'failed') return { kind: 'failed', why: result.code };
  if (result.kind === 'signalled') return { kind: 'failed', why: `ended by ${result.signal}` };
  if (result.code === 0) return { kind: 'done' };
  const said = result.stderr.trim().split('\n')[0] ?? '';
  // systemd before 252: "Failed to kill unit: No main process to kill"; later "Failed to kill unit: … no such process".
  if (/no main process|no such process/i.test(said)) return { kind: 'gone' };
  return { kind: 'failed', why: said === '' ? `exit status ${result.code}` : said.slice(0, 200) };
}

/** Every unit file, generators included: seconds on a host with thousands of units. */
const RELOADED_WITHIN = seconds(60);

const daemonReload = async () =>
  toAnswer(await run(['systemctl', '--no-ask-password', 'daemon-reload'], { deadline: RELOADED_WITHIN, maxBytes: 16_384 }));

/** Through logind, so that who asked for a delay gets it: the kubelet ends its pods in order. */
const reboot = async () =>
  toAnswer(await run(['systemctl', '--no-ask-password', 'reboot'], { deadline: seconds(30), maxBytes: 16_384 }));

async function systemctl(unit: string, words: readonly string[]): Promise<ControlAnswer> {
  if (!UNIT.test(unit)) return { kind: 'failed', why: `not the name of a service: ${JSON.stringify(unit).slice(0, 80)}` };
  const options = { deadline: DEADLINE, maxBytes: 16_384 };
  return toAnswer(await run(['systemctl', '--no-ask-password', '--no-pager', ...words, '--', unit], options));
}

/** --no-block: a hung daemon ends 90 s after SIGTERM, and what waits for the job would wait with it. */
const controlUnit = ({ verb, unit }: Request<'unit'>) => systemctl(unit, verb === 'reset-failed' ? [verb] : ['--no-block', verb]);

/** `--kill-who` is spelled `--kill-whom` since 252, which still takes the old word; 219 takes no other. */
const signalUnit = ({ unit, signal }: Request<'signal-unit'>) =>
  systemctl(unit, ['kill', `--signal=${signal}`, '--kill-who=main']);

/** Synchronous to the signal: between a look and the kill nothing of ours can run, and the kernel hands out a PID anew only after thousands. */
function signalProcess({ pid, startTicks, signal }: Request<'signal-process'>): ControlAnswer {
  // 0 and negative numbers are groups of processes, 1 is the host.
  if (!Number.isSafeInteger(pid) || pid <= 1) return { kind: 'failed', why: `${pid} is not a process to be signalled` };
  try {
    const entry = parseProcessStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
    if (entry === undefined || entry.startTicks !== startTicks) return { kind: 'gone' };
    if (entry.kernelThread) return { kind: 'failed', why: `${pid} is a kernel thread` };
    kill(pid, signal);
    return { kind: 'done' };
  } catch (error) {
    const code = codeOf(error) ?? String(error);
    return code === 'ENOENT' || code === 'ESRCH' ? { kind: 'gone' } : { kind: 'failed', why: code };
  }
}

/** systemd ends it at its time; the rest is for systemd-run to notice. */
async function runProgram({ argv, within, memory }: Request<'program'>): Promise<ControlAnswer> {
  const limits = { within, ...(memory === undefined ? {} : { memory }) };
  const result = await run(asTransientUnit(argv, limits), { deadline: within + DEADLINE });
  const answer = toAnswer(result);
  const isSaid = (answer.kind === 'done' || answer.kind === 'failed') && result.kind === 'exited';
  return isSaid ? { ...answer, said: result.stdout } : answer;
}

async function beginProgram({ unit, argv }: Request<'begin-program'>): Promise<ControlAnswer> {
  if (!UNIT.test(unit)) return { kind: 'failed', why: `not the name of a service: ${JSON.stringify(unit).slice(0, 80)}` };
  return toAnswer(await run(asDetachedUnit(argv, unit), { deadline: DEADLINE, maxBytes: 16_384 }));
}

/** The real node. */
export function localControl(): HostControl {
  return {
    async control(request) {
      switch (request.kind) {
        case 'unit':
          return controlUnit(request);
        case 'reboot':
          return reboot();
        case 'daemon-reload':
          return daemonReload();
        case 'program':
          return runProgram(request);
        case 'begin-program':
          return beginProgram(request);
        case 'signal-unit':
          return signalUnit(request);
        case 'signal-process':
          return signalProcess(request);
        case 'write-file':
          return writeWhole(request);
      }
    },
  };
}
