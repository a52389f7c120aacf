import { randomUUID } from 'node:crypto';
import type { Severity } from '../../lib/model/problem.ts';
import type { DoctorReport, ProblemReport } from '../../lib/model/report.ts';
import type { Expectation } from './fault.ts';
import type { LabHost } from './host.ts';
import { run } from './run.ts';
import { waitFor } from './wait.ts';

const program = '/opt/nodemend/nodemend';
/** Four times what doctor promises, for machines that others use, too: what takes longer did not end by itself. */
const killAfterMs = 40_000;

/** One run of the installed `doctor --json` in a host. */
export interface Look {
  /** `null`: had to be killed. */
  readonly code: number | null;
  readonly tookMs: number;
  /** Absent: it printed no report. */
  readonly report?: DoctorReport;
  readonly stderr: string;
  /** Command lines of its processes that are still there. */
  readonly left: readonly string[];
}

export async function look(host: LabHost): Promise<Look> {
  const mark = `LAB_LOOK=${randomUUID()}`;
  const started = performance.now();
  const { code, stdout, stderr } = await host.exec(['env', mark, program, 'doctor', '--json'], { timeoutMs: killAfterMs });
  const tookMs = performance.now() - started;
  const report = parse(stdout);
  return { code, tookMs, stderr, left: await processesWith(mark), ...(report === undefined ? {} : { report }) };
}

/** Its children, too, whatever they call themselves. Seen from outside of the host: what hangs in there does not hang us. */
export async function processesWith(mark: string): Promise<string[]> {
  const script = `for file in $(grep -lszxF '${mark}' /proc/[0-9]*/environ); do
      status=\${file%environ}status
      grep -qs '^State:.Z' "$status" || sed -n 's/^\\(Name\\|Pid\\|State\\):.//p' "$status" | paste -sd' '
    done`;
  return (await run(['sh', '-c', script])).stdout.split('\n').filter(Boolean);
}

function parse(stdout: string): DoctorReport | undefined {
  try {
    return JSON.parse(stdout) as DoctorReport;
  } catch {
    return undefined;
  }
}

export function findProblem(found: Look, wanted: Expectation): ProblemReport | undefined {
  return found.report?.problems.find(
    ({ type, reason, subject, cause }) =>
      type === wanted.type &&
      (wanted.reason ?? reason) === reason &&
      (subject ?? '').includes(wanted.subject ?? '') &&
      (wanted.cause ?? cause) === cause,
  );
}

/** `Type/Reason subject <- Cause`, for messages and tables. */
export function nameOf({ type, reason, subject, cause }: Pick<ProblemReport, 'type'> & Partial<ProblemReport>): string {
  const parts = [`${type}${reason === undefined ? '' : `/${reason}`}`, subject, cause === undefined ? undefined : `<- ${cause}`];
  return parts.filter((part) => part !== undefined).join(' ');
}

/** `Type/Reason` of everything a report names, perhaps of some severities only. */
export function findingNames(report: DoctorReport | undefined, counts: (severity: Severity) => boolean = () => true): string[] {
  const problems = report?.problems.filter(({ severity }) => counts(severity)) ?? [];
  return problems.map(({ type, reason }) => `${type}/${reason}`);
}

/** Look until doctor says that the host is healthy; gives the milliseconds that took. */
export async function untilHealthy(host: LabHost, timeoutMs = 120_000): Promise<number> {
  const started = performance.now();
  let last = '';
  const healthy = async (): Promise<true | undefined> => {
    const found = await look(host);
    last = found.report?.problems.map(nameOf).join(', ') ?? found.stderr;
    return found.code === 0 ? true : undefined;
  };
  try {
    await waitFor(`doctor to call ${host.name} healthy`, healthy, { timeoutMs, everyMs: 1000 });
  } catch (error) {
    throw new Error(`${host.name} does not become healthy: ${last}`, { cause: error });
  }
  return performance.now() - started;
}
