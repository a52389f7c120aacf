/**
 * Budget and breaker of a fleet on a lab of three docker nodes, with real Leases and agents that have an identity of their own. The
 * disruptive remedy is a restart of docker without live-restore.
 *
 *     npm run lab -- up --name mine --nodes 3 && npm run bench:fleet-budget -- --lab mine [--only NAME]
 */
import { parseArgs } from 'node:util';
import { openLab } from '../test/lab/lab.ts';
import { fleetCases, prepare } from './fleet-budget/cases.ts';
import type { Seen } from './fleet-budget/scenes.ts';
import { freshAgent, installAgent, untilCalm } from './repairs/agent-on-host.ts';
import { giveIdentity } from './repairs/identity.ts';
import { describeLoad } from './statistics.ts';

const { values } = parseArgs({
  options: {
    lab: { type: 'string', default: 'lab' },
    only: { type: 'string', multiple: true },
    'skip-install': { type: 'boolean', default: false },
  },
});
const lab = openLab(values.lab);
if (!values['skip-install']) {
  for (const host of lab.hosts) await installAgent(host);
  for (const host of lab.hosts) await giveIdentity(host, lab);
}

async function runOne(one: (typeof fleetCases)[number]): Promise<Seen> {
  await prepare(lab, one.local === true);
  for (const host of lab.hosts) await freshAgent(host, one.config === '' ? undefined : one.config);
  await lab.kubectl(['-n', 'nodemend', 'delete', 'leases', '--all']);
  for (const host of lab.hosts) await untilCalm(host, lab, 400_000);
  return await one.run(lab);
}

let good = true;
console.log(`| what was done | seen | |\n|---|---|---|`);
for (const one of fleetCases) {
  if (values.only?.includes(one.name) === false) continue;
  const seen = await runOne(one).catch((error: unknown): Seen => ({ text: String(error), good: false }));
  good &&= seen.good;
  console.log(`| ${one.done} | ${seen.text} | ${seen.good ? 'as meant' : '**NO**'} |`);
}
console.log(`${lab.kubeletVersion}, ${lab.hosts.length} nodes, ${describeLoad()}`);
process.exitCode = good ? 0 : 1;
