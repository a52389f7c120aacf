import { setTimeout as delay } from 'node:timers/promises';
import type { LabHost } from '../../test/lab/host.ts';
import type { Lab } from '../../test/lab/lab.ts';
import { begin, bootId, expect, hasJournal, inHost, killIt, leftOf, maintain, RAN, START, withPods } from './host.ts';

interface Tally {
  kills: number;
  resumed: number;
  aborted: number;
  nothing: number;
  asked: number;
  readonly stages: Map<string, number>;
  readonly broken: string[];
}

const COMMAND = ['sh', '-c', `echo x >> ${RAN}; sleep 1`];
/** A whole run without a reboot takes about this long in the lab. */
const LONG = 14_000;

const stageOf = async (host: LabHost): Promise<string> => {
  const { stdout } = await maintain(host, ['--status', '--json']);
  try {
    const { open, stage } = JSON.parse(stdout) as { open: boolean; stage?: string };
    return open ? (stage ?? '?') : 'none';
  } catch {
    return 'unreadable';
  }
};

/** To the end: a command of which nobody knows how it ended is asked for, and run again. */
async function toTheEnd(host: LabHost, tally: Tally): Promise<string | undefined> {
  for (let turn = 0; turn < 3; turn += 1) {
    if (!hasJournal(host)) return undefined;
    const resumed = await maintain(host, ['--resume']);
    if (resumed.code === 0) return undefined;
    if (!/nobody knows how the command ended|ended with exit status/.test(resumed.stdout))
      return `--resume: ${resumed.stdout}${resumed.stderr}`;
    tally.asked += 1;
    const again = await maintain(host, ['--resume', '--rerun']);
    if (again.code === 0) return undefined;
  }
  return 'it does not end';
}

async function giveUp(host: LabHost): Promise<string | undefined> {
  for (let turn = 0; turn < 40; turn += 1) {
    const { code, stdout, stderr } = await maintain(host, ['--abort']);
    if (code === 0 || !hasJournal(host)) return undefined;
    if (!/command still runs/.test(stdout)) return `--abort: ${stdout}${stderr}`;
    await delay(200);
  }
  return 'the command does not end';
}

async function oneKill(lab: Lab, host: LabHost, tally: Tally, at: number): Promise<void> {
  await withPods(lab, host);
  await inHost(host, ['rm', '-f', RAN]);
  const before = await bootId(host);
  await begin(host, [...START, '--', ...COMMAND]);
  await delay(at);
  await killIt(host);
  tally.kills += 1;
  const stage = await stageOf(host);
  tally.stages.set(stage, (tally.stages.get(stage) ?? 0) + 1);
  const wantsAbort = Math.random() < 0.4;
  if (stage === 'none') tally.nothing += 1;
  else if (wantsAbort) tally.aborted += 1;
  else tally.resumed += 1;
  const asked = tally.asked;
  const why = wantsAbort ? await giveUp(host) : await toTheEnd(host, tally);
  const runs = (await inHost(host, ['cat', RAN])).stdout.length / 2;
  const left = await leftOf(lab, host);
  const most = tally.asked > asked ? 2 : 1;
  const wrong = [
    ...(why === undefined ? [] : [why]),
    ...left,
    ...(runs > most ? [`the command ran ${runs} times`] : []),
    ...(!wantsAbort && stage !== 'none' && runs === 0 ? ['the command never ran'] : []),
    ...((await bootId(host)) === before ? [] : ['the host was rebooted']),
  ];
  if (wrong.length > 0) tally.broken.push(`killed after ${at} ms in ${stage}: ${wrong.join('; ')}`);
}

/** SIGKILL at random instants; afterwards --resume or --abort, by lot. */
export async function kills(lab: Lab, host: LabHost, count: number): Promise<void> {
  const tally: Tally = { kills: 0, resumed: 0, aborted: 0, nothing: 0, asked: 0, stages: new Map(), broken: [] };
  for (let turn = 0; turn < count; turn += 1) await oneKill(lab, host, tally, Math.round(Math.random() * LONG));
  const stages = [...tally.stages].map(([stage, times]) => `${stage} ${times}`).join(', ');
  console.log(
    `     ${tally.kills} kills (${stages}): ${tally.resumed} resumed, ${tally.aborted} taken back, ${tally.nothing} had nothing open`,
  );
  console.log(`     the command's end was not known, and a person was asked: ${tally.asked}`);
  expect('most of them in the midst of it', tally.nothing * 2 < count, tally.nothing);
  expect('resumed or undone each time, the command never twice unasked', tally.broken.length === 0, tally.broken);
}
