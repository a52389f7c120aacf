import { cpSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DoctorReport } from '../../../lib/model/report.ts';
import { findProblem, type Look, look, nameOf, untilHealthy } from '../doctor.ts';
import { LabError } from '../error.ts';
import type { LabHost } from '../host.ts';
import { configureKubelet } from '../kubelet.ts';
import type { Lab } from '../lab.ts';
import { waitFor } from '../wait.ts';
import type { Scenario } from './scenario.ts';

const recordings = join(import.meta.dirname, '../../recordings');
const program = '/opt/nodemend/nodemend';
const mostBytes = 1_500_000;

/** Brings the host into the state, records it, and undoes what can be undone. Gives the size of the recording. */
export async function take(scenario: Scenario, host: LabHost, lab: Lab): Promise<number> {
  // What happened before is no part of it.
  await host.sh('journalctl --quiet --rotate && journalctl --quiet --vacuum-time=1s');
  await configureKubelet(lab.state, host, scenario.kubelet);
  await untilHealthy(host);
  // A kubelet that has not listed its containers yet would never come to serve a fault's first second.
  await sleep(30_000);
  try {
    await scenario.prepare(host, lab);
    await untilSeen(scenario, host);
    await sleep(scenario.lastsMs ?? 0);
    await untilCalm(scenario);
    return await record(scenario, host);
  } finally {
    await scenario.undo(host, lab);
  }
}

function surplus(scenario: Scenario, { problems }: DoctorReport): string[] {
  const expected = scenario.expects.map(({ type, subject = '' }) => ({ type, subject }));
  return problems
    .filter(
      (problem) => !expected.some(({ type, subject }) => problem.type === type && (problem.subject ?? '').includes(subject)),
    )
    .map(nameOf);
}

const isSeen = (scenario: Scenario, found: Look): boolean =>
  found.report?.health === scenario.health && scenario.expects.every((wanted) => findProblem(found, wanted) !== undefined);

async function untilSeen(scenario: Scenario, host: LabHost): Promise<void> {
  // Another user's doctor is asked when it records.
  if (scenario.user !== undefined) return;
  let last: Look | undefined;
  const seen = async (): Promise<true | undefined> => {
    last = await look(host);
    return isSeen(scenario, last) ? true : undefined;
  };
  try {
    await waitFor(`doctor to see ${scenario.name}`, seen, { timeoutMs: 240_000, everyMs: 2000 });
  } catch (error) {
    const said = last?.report?.problems.map(nameOf).join(', ') ?? last?.stderr;
    throw new LabError(`${error instanceof Error ? error.message : String(error)}; it says ${last?.report?.health}: ${said}`);
  }
}

/** The machine's other work would be recorded as the node's own starvation, and hold every remedy. */
async function untilCalm({ name }: Scenario): Promise<void> {
  if (name === 'overcommitted') return;
  const calm = async (): Promise<true | undefined> => {
    const [, some = '0'] = /some avg10=([\d.]+)/.exec(readFileSync('/proc/pressure/cpu', 'utf8')) ?? [];
    return Number(some) < 30 ? true : undefined;
  };
  await waitFor('the machine to be calm', calm, { timeoutMs: 90_000, everyMs: 1000 }).catch((error: unknown) =>
    console.error(`lab: ${name}: ${error instanceof Error ? error.message : String(error)}; recorded all the same`),
  );
}

async function record(scenario: Scenario, host: LabHost): Promise<number> {
  const out = `/tmp/recording-${scenario.name}`;
  const argv = [program, 'record', '--out', out, '--title', scenario.title];
  const asUser = scenario.user === undefined ? [] : ['setpriv', `--reuid=${scenario.user}`, '--regid=nogroup', '--clear-groups'];
  const done = await host.exec([...asUser, ...argv], { timeoutMs: 60_000 });
  if (done.code !== 0) throw new LabError(`record ended with ${done.code}: ${done.stderr || done.stdout}`);
  const replayed = await host.exec([program, 'doctor', '--json', '--replay', out], { timeoutMs: 60_000 });
  const report = JSON.parse(replayed.stdout) as DoctorReport;
  const found = { code: replayed.code, tookMs: 0, report, stderr: '', left: [] };
  const more = surplus(scenario, report);
  if (!isSeen(scenario, found) || more.length > 0) {
    console.error(
      `lab: ${scenario.name} says ${report.health}: ${report.problems.map(nameOf).join(', ')}; look at its golden file`,
    );
  }
  return await fetch(scenario.name, out, host);
}

/** /tmp of the host is not seen from outside: by way of its /root. */
async function fetch(name: string, out: string, host: LabHost): Promise<number> {
  const directory = join(recordings, name);
  await host.sh(`rm -rf /root/recording && cp -r ${out} /root/recording && rm -rf ${out}`);
  const from = join(host.root, 'root/recording');
  if (!existsSync(from)) throw new LabError(`${from} is not there`);
  rmSync(directory, { recursive: true, force: true });
  cpSync(from, directory, { recursive: true });
  const path = join(directory, 'answers.jsonl');
  // The name of the machine's own kernel build says nothing about the node.
  const own = release();
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll(own, own.replace(/-.*/, '')));
  const { size } = statSync(path);
  if (size > mostBytes) throw new LabError(`${path} has ${size} bytes, at most ${mostBytes} go into the repository`);
  return size;
}
