/**
 * The remedy upgrade-systemd on a real node, through the installed agent: not before the node is drained by it, with a repository that
 * is away, with one that has a later systemd, and with the agent killed in the midst. The later systemd is the same but for its number.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isKind, type LedgerEntry } from '../lib/model/incident.ts';
import { openLab } from '../test/lab/lab.ts';
import { waitFor } from '../test/lab/wait.ts';
import { freshAgent, installAgent, ledgerOf, statusOf } from './repairs/agent-on-host.ts';
import { giveIdentity } from './repairs/identity.ts';
import { describeLoad } from './statistics.ts';
import { installedVersion, makeRepository, useRepository } from './upgrade-systemd/repository.ts';

const { values } = parseArgs({ options: { lab: { type: 'string', default: 'lab' }, dist: { type: 'string' } } });
const lab = openLab(values.lab);
const host = lab.host();
const CONFIG = `remedies: { upgrade-systemd: { enabled: true, cooldown: 1s, attempts: 10 } }
checks: { known-bad-versions: { interval: 10s } }
`;
let failed = 0;
const expect = (what: string, holds: boolean, seen: unknown = '') => {
  if (!holds) failed += 1;
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${what}${holds ? '' : `: ${JSON.stringify(seen)}`}`);
};

function ruleBelow(version: string): void {
  mkdirSync(join(host.root, 'etc/nodemend'), { recursive: true });
  const rule = `- { id: lab, component: systemd, below: "${version}", effect: is older than the lab wants it }\n`;
  writeFileSync(join(host.root, 'etc/nodemend/known-bad-versions.yaml'), rule);
}

const problem = () => statusOf(host)?.problems.find(({ type }) => type === 'SystemdOutdated');
const entries = async (): Promise<readonly LedgerEntry[]> => await ledgerOf(host);
const outcomes = async () => (await entries()).filter(isKind('outcome')).filter(({ remedy }) => remedy === 'upgrade-systemd');
const outcomeNumber = (count: number) =>
  waitFor(`outcome ${count}`, async () => (await outcomes())[count - 1], { timeoutMs: 400_000, everyMs: 1000 });
const holds = (id: string) =>
  waitFor(`hold ${id}`, async () => (problem()?.holds.some((hold) => hold.id === id) ? true : undefined), { timeoutMs: 120_000 });
const kubectl = async (...words: string[]) => {
  const result = await lab.kubectl(words, { timeoutMs: 120_000 });
  if (result.code !== 0) throw new Error(result.stderr);
};
const cordonedBy = (who: string) => kubectl('annotate', '--overwrite', 'node', host.name, `nodemend.io/cordoned-by=${who}`);

const before = await installedVersion(host);
const base = before.replace(/\+lab\d+$/, '');
const number = Number(/\+lab(\d+)$/.exec(before)?.[1] ?? 0);
const [first, second] = [`${base}+lab${number + 1}`, `${base}+lab${number + 2}`];
await makeRepository(host, 'first', base, first);
await makeRepository(host, 'second', base, second);
await installAgent(host, values.dist);
await giveIdentity(host, lab);
ruleBelow(first);
await useRepository(host, 'nowhere');
await freshAgent(host, CONFIG);
await host
  .sh('pgrep -x runc >/dev/null || systemd-run --quiet --unit=stale-runc /usr/local/bin/runc 100000')
  .catch(() => undefined);
await waitFor('the problem', async () => problem());
expect('it is a notice', problem()?.severity === 'notice', problem());

await holds('not-drained');
expect('held: not-drained on a node with work', true);
await kubectl('cordon', host.name);
await holds('human');
expect("held: a person's cordon is his", true);
await cordonedBy('agent: nodemend, 2026-01-01T00:00:00Z');
expect(
  'held: not-drained while a pod is here',
  problem()?.holds.some(({ id }) => id === 'not-drained') === true,
  problem()?.holds,
);
expect('nothing was tried so far', (await outcomes()).length === 0);
await kubectl('delete', 'pods', '--all', '--all-namespaces', '--wait=true', '--grace-period=1');

const offline = await outcomeNumber(1);
expect(
  'a repository that is away: failed, and said',
  offline.outcome === 'failed' && /update failed/.test(offline.message),
  offline,
);
expect('… and nothing was changed', offline.message.endsWith('nothing was changed') && (await installedVersion(host)) === before);

await useRepository(host, 'first');
await host.sh('/opt/nodemend/nodemend reset SystemdOutdated');
const began = performance.now();
const done = await outcomeNumber(2);
console.log(`     ${done.message} (${((performance.now() - began) / 1000).toFixed(0)} s)`);
expect('upgraded, proved by its own check', done.outcome === 'succeeded' && (await installedVersion(host)) === first, done);
expect('PID 1 was executed anew', /PID 1 runs it/.test(done.message), done.message);
await waitFor('the first incident to close', async () => (await entries()).find(isKind('closed')), { timeoutMs: 100_000 });

ruleBelow(second);
await useRepository(host, 'second');
await waitFor(
  'the unit',
  async () =>
    (await host.exec(['systemctl', 'is-active', '--quiet', 'nodemend-upgrade-systemd'])).code === 0 ? true : undefined,
  { timeoutMs: 200_000, everyMs: 100 },
);
await host.sh('systemctl kill --signal=KILL --kill-who=main nodemend.service');
const killed = await outcomeNumber(3);
await waitFor('the upgrade', async () => ((await installedVersion(host)) === second ? true : undefined), { timeoutMs: 200_000 });
expect('the agent was killed in the midst, and the upgrade went on', killed.outcome === 'interrupted', killed);
const closed = await waitFor('the incident to close', async () => (await entries()).filter(isKind('closed')).at(1), {
  timeoutMs: 200_000,
});
expect('its incident was closed by the next agent', closed.healedBy === 'upgrade-systemd', closed);
const left = await host.exec(['pgrep', '-x', 'runc']);
console.log(`     runc calls left: ${left.stdout.trim().replaceAll('\n', ' ') || 'none'}`);
console.log(`${failed === 0 ? 'as it should be' : `${failed} FAILED`}; ${describeLoad()}`);
process.exitCode = failed === 0 ? 0 : 1;
