import { createHash } from 'node:crypto';
import type { HostView } from '../../lib/host/host.ts';
import { type DrainedRun, runDrained } from '../../lib/host/run-drained.ts';
import { asTransientUnit } from '../../lib/host/transient.ts';
import { type Duration, seconds } from '../../lib/model/units.ts';
import type { PluginRule } from '../../lib/monitors/config/plugin-monitor.ts';
import { MOST_OUTPUT, type PluginEnd } from '../../lib/monitors/plugins/output.ts';
import { firstProcessIn } from '../group-process.ts';
import { findPlugin } from './trusted-path.ts';

export interface PluginCall extends Pick<PluginRule, 'path' | 'args' | 'timeout'> {
  /** Of the monitor. */
  readonly file: string;
}

type Argv = readonly [string, ...string[]];

export interface RunParts {
  readonly host: HostView;
  /** How a program is started; absent: as a transient unit of its own. */
  readonly wrap?: (argv: Argv, limits: { readonly within: Duration; readonly unit: string }) => Argv;
  /** Beyond the timeout, which systemd keeps: to start the unit, and to end it. */
  readonly patience?: Duration;
}

/** systemd-run itself fails with 1, which is a plugin's word for a problem: all but 0 comes as something else. */
const PROBLEM = 11;
const OTHER = 12;
const NOT_STARTED = 13;
const TRANSLATE = `"$0" "$@"; case $? in 0) exit 0;; 1) exit ${PROBLEM};; 126|127) exit ${NOT_STARTED};; *) exit ${OTHER};; esac`;
const CODES: ReadonlyMap<number, number> = new Map([
  [0, 0],
  [PROBLEM, 1],
  [OTHER, 2],
]);

const asUnit: NonNullable<RunParts['wrap']> = (argv, limits) =>
  asTransientUnit(argv, { ...limits, killAtOnce: true, quiet: true });

const PATIENCE = seconds(3);

export function unitOf({ file, path, args }: PluginCall): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([file, path, args]))
    .digest('hex');
  return `nodemend-plugin-${digest.slice(0, 12)}.service`;
}

/** A process of a former run: SIGKILL does not end one that waits in the kernel, and a second one would wait beside it. */
const formerProcess = (host: HostView, unit: string) => firstProcessIn(host, `nodemend.slice/${unit}`);

function endOf(run: DrainedRun, { path, timeout }: PluginCall, took: Duration): PluginEnd {
  if (run.kind === 'not-started') return { kind: 'not-run', why: `${path} was not run: ${run.why}` };
  const output = run.stdout;
  const code = run.kind === 'exited' ? CODES.get(run.code) : undefined;
  if (code !== undefined) return { kind: 'exited', code, output };
  if (run.kind === 'timed-out' || took >= timeout) return { kind: 'timed-out', output };
  if (run.kind === 'signalled') return { kind: 'signalled', output };
  const complaint = run.stderr.trim().split('\n').at(-1) ?? '';
  return {
    kind: 'not-run',
    why: `${path} was not run: ${complaint === '' ? `exit status ${run.code}` : complaint.slice(0, 200)}`,
  };
}

/** Runs a plugin once, if it is root's and no former run of it is still there. Always ends soon after its timeout. */
export async function runPlugin(call: PluginCall, { host, wrap = asUnit, patience = PATIENCE }: RunParts): Promise<PluginEnd> {
  const trusted = await findPlugin(host, call.file, call.path);
  if (trusted.kind === 'refused') return { kind: 'not-run', why: trusted.why };
  const unit = unitOf(call);
  const former = await formerProcess(host, unit);
  if (former !== undefined)
    return { kind: 'not-run', why: `${call.path} was not run: process ${former} of a former run does not end` };

  const { clock } = host;
  const argv = wrap(['/bin/sh', '-c', TRANSLATE, trusted.path, ...call.args], { within: call.timeout, unit });
  const started = clock.monotonic();
  const run = await runDrained(argv, { deadline: call.timeout + patience, maxBytes: MOST_OUTPUT });
  return endOf(run, call, clock.monotonic() - started);
}
