/** From a line of the kernel's log to the Node's condition and to the event, as a watch on the API server sees them. */
import { randomBytes } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openLab } from '../test/lab/lab.ts';
import { requireState } from '../test/lab/state.ts';
import { printTable } from '../test/lab/table.ts';
import { strangerToKernel, unspokenAgent } from './line-to-condition/agent.ts';
import { type Kernel, realKernel, standInKernel } from './line-to-condition/kernel.ts';
import { uptime } from './repairs/clock.ts';
import { type Seen, watchApi } from './repairs/watch-api.ts';
import { describeLoad, quantile } from './statistics.ts';

const { values } = parseArgs({
  options: {
    lab: { type: 'string', default: 'lab' },
    /** Three lines each, the first two of which make a condition. */
    rounds: { type: 'string', default: '15' },
    /** Leaves the machine's ring alone. */
    'stand-in': { type: 'boolean', default: false },
    out: { type: 'string', default: '' },
  },
});

interface Line {
  readonly text: string;
  readonly condition?: string;
}

const LINES: readonly Line[] = [
  { text: 'Remounting filesystem read-only', condition: 'ReadonlyFilesystem' },
  { text: 'kernel: INFO: task docker:20744 blocked for more than 120 seconds.', condition: 'KernelDeadlock' },
  { text: 'kernel: BUG: unable to handle kernel NULL pointer dereference at TESTING' },
];
/** What has not come by then has not come. */
const PATIENCE = 15_000;

const lab = openLab(values.lab);
const host = lab.host();
const state = requireState(lab.name);
const nodes = watchApi(state, `/api/v1/nodes?fieldSelector=metadata.name%3D${host.name}`);
const events = watchApi(state, '/api/v1/namespaces/default/events');
let kernel: Kernel | undefined;
await strangerToKernel(host, async () => {
  kernel = values['stand-in'] ? await standInKernel(host) : await realKernel(host);
});

const isTrue = (type: string) => (one: Seen) =>
  one.object.status.conditions?.some((condition) => condition.type === type && condition.status === 'True') === true;
const isTold = (token: string) => (one: Seen) => (one.object as { readonly message?: string }).message?.includes(token) === true;

async function heard(seen: readonly Seen[], since: number, what: (one: Seen) => boolean): Promise<number> {
  for (;;) {
    const found = seen.find((one) => one.at >= since && what(one));
    if (found !== undefined) return found.at - since;
    if (uptime() - since > PATIENCE) return Number.POSITIVE_INFINITY;
    await sleep(100);
  }
}

async function measure({ text, condition }: Line) {
  const token = `lab-${randomBytes(4).toString('hex')}`;
  if (condition !== undefined && nodes.seen.findLast(isTrue(condition)) === nodes.seen.at(-1))
    throw new Error(`${condition} is True already`);
  const patches = nodes.seen.length;
  const since = uptime();
  kernel?.say(`${text} ${token}`);
  const [toCondition, toEvent] = await Promise.all([
    condition === undefined ? undefined : heard(nodes.seen, since, isTrue(condition)),
    heard(events.seen, since, isTold(token)),
  ]);
  // What follows on the first word is counted, too.
  await sleep(2000 + Math.random() * 6000);
  return { text, toCondition, toEvent, writes: nodes.seen.length - patches };
}

const results: Awaited<ReturnType<typeof measure>>[] = [];
for (let round = 0; round < Number(values.rounds); round += 1) {
  await unspokenAgent(host);
  await sleep(Math.random() * 10_000);
  for (const line of LINES) {
    const result = await measure(line);
    results.push(result);
    if (values.out !== '') appendFileSync(values.out, `${JSON.stringify({ round, ...result })}\n`);
  }
}
nodes.end();
events.end();

const describe = (times: readonly number[]) => [0.5, 0.95, 1].map((q) => quantile(times, q).toFixed(0)).join(' / ');
const rowOf = (name: string, of: typeof results) => {
  const toCondition = of.flatMap((one) => one.toCondition ?? []);
  const toEvent = of.map((one) => one.toEvent);
  return [name, String(of.length), toCondition.length === 0 ? '–' : describe(toCondition), describe(toEvent)];
};
console.log(`${host.runtime} node, kubelet ${lab.kubeletVersion}; ${describeLoad()}; ms, p50 / p95 / most`);
printTable(
  ['line', 'said', 'condition', 'event'],
  [
    ...LINES.map(({ text }) =>
      rowOf(
        text,
        results.filter((one) => one.text === text),
      ),
    ),
    rowOf('all', results),
  ],
);
process.exitCode = results.every(({ toCondition = 0, toEvent }) => Math.max(toCondition, toEvent) < PATIENCE) ? 0 : 1;
