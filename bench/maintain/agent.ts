import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isKind, type LedgerEntry } from '../../lib/model/incident.ts';
import type { LabHost } from '../../test/lab/host.ts';
import type { Lab } from '../../test/lab/lab.ts';
import { waitFor } from '../../test/lab/wait.ts';
import { freshAgent, ledgerOf, statusOf } from '../repairs/agent-on-host.ts';
import { giveIdentity } from '../repairs/identity.ts';
import { BROKEN_TYPE, givePlugin } from './broken.ts';
import { bootId, expect, inHost, nodeNow, seconds, untilBootedAnew } from './host.ts';

const TYPE = BROKEN_TYPE;
/** In a tmpfs: a reboot is what cures it. */
const BROKEN = '/run/lab-broken';
const INHIBIT = '/etc/nodemend/no-reboot';

const configOf = (url: string) => `ladders: { ${TYPE}: [reboot] }
remedies:
  reboot: { enabled: true, cooldown: 1s, attempts: 10, validation: { stable: 10s, within: 4m } }
guards: { blockers: { prometheus: { url: "${url}", ignore: Watchdog } } }
`;

interface Prometheus {
  readonly url: string;
  firing: readonly string[];
  asked: number;
  server: Server | undefined;
  listen(): Promise<void>;
}

function prometheus(lab: Lab): Prometheus {
  const port = 19_090;
  const self: Prometheus = {
    url: `http://${lab.gateway}:${port}`,
    firing: [],
    asked: 0,
    server: undefined,
    async listen() {
      self.server = createServer((_request, response) => {
        self.asked += 1;
        const alerts = ['Watchdog', ...self.firing].map((alertname) => ({ labels: { alertname }, state: 'firing' }));
        response.end(JSON.stringify({ status: 'success', data: { alerts } }));
      });
      await new Promise<void>((resolve) => self.server?.listen(port, lab.gateway, resolve));
    },
  };
  return self;
}

interface Leases {
  readonly items: readonly { readonly metadata: { readonly labels?: Readonly<Record<string, string>> } }[];
}
const claims = async (lab: Lab): Promise<readonly string[]> => {
  const { items } = (await lab.kubectlJson(['-n', 'nodemend', 'get', 'leases'])) as Leases;
  return items.flatMap(({ metadata }) => metadata.labels?.['nodemend.io/remedy'] ?? []);
};

const problem = (host: LabHost) => statusOf(host)?.problems.find(({ type }) => type === TYPE);
const entries = (host: LabHost): Promise<readonly LedgerEntry[]> => ledgerOf(host);
const outcomes = async (host: LabHost) =>
  (await entries(host)).filter(isKind('outcome')).filter(({ remedy }) => remedy === 'reboot');

const held = (host: LabHost, id: string, says: RegExp) =>
  waitFor(
    `hold ${id} ${says}`,
    async () => (problem(host)?.holds.some((hold) => hold.id === id && says.test(hold.why)) ? true : undefined),
    { timeoutMs: 120_000 },
  ).catch(() => undefined);

async function holds(lab: Lab, host: LabHost, alerts: Prometheus): Promise<void> {
  const says = async (what: string, id: string, words: RegExp) => {
    const seen = await held(host, id, words);
    expect(`held: ${what}`, seen === true, problem(host)?.holds);
    expect('… and no place in the budget is taken', !(await claims(lab)).includes('reboot'), await claims(lab));
  };
  await says('not drained', 'not-drained', /cordoned and empty/);
  await lab.kubectl(['cordon', host.name]);
  await says("a person's cordon", 'human', /cordoned by somebody else/);
  await lab.kubectl(['delete', 'pods', '--all', '--field-selector', `spec.nodeName=${host.name}`, '--grace-period=1']);
  await lab.kubectl(['annotate', '--overwrite', 'node', host.name, 'nodemend.io/cordoned-by=agent: bench, 2026-01-01T00:00:00Z']);
  await says('a Prometheus that does not answer', 'blocked', /whether an alert fires is not known/);
  alerts.firing = ['EtcdDown'];
  await alerts.listen();
  await says('an alert that fires', 'blocked', /alert firing: EtcdDown/);
  writeFileSync(join(host.root, INHIBIT), '');
  alerts.firing = [];
  await says('a file', 'inhibited', /no-reboot exists/);
}

/** A pod's process that outlived its pod: the API server calls the node empty, the host knows better. */
async function leftover(host: LabHost): Promise<void> {
  const group = `g=$(ls -d /sys/fs/cgroup/pids 2>/dev/null); g=\${g:-/sys/fs/cgroup}/kubepods/besteffort/pod0123456789abcdef0123456789abcdef`;
  await inHost(host, [
    'sh',
    '-c',
    `${group}; mkdir -p $g; systemd-run --quiet --unit=bench-left sleep 900; sleep 0.5; systemctl show -p MainPID --value bench-left > $g/cgroup.procs`,
  ]);
  await inHost(host, ['rm', '-f', INHIBIT]);
  const refused = await waitFor('the refusal', async () => (await outcomes(host))[0], { timeoutMs: 120_000 });
  expect(
    'refused by the last look: a process in a pod’s control group',
    refused.outcome === 'refused' && /process \d+ \(sleep\)/.test(refused.message),
    refused,
  );
}

/** The remedy reboot by the running agent, from what holds it to the uncordon. */
export async function agentReboot(lab: Lab, host: LabHost): Promise<void> {
  await giveIdentity(host, lab);
  givePlugin(host, BROKEN);
  const alerts = prometheus(lab);
  await inHost(host, ['sh', '-c', `rm -f ${INHIBIT}; touch ${BROKEN}`]);
  await freshAgent(host, configOf(alerts.url));
  await waitFor('the problem', async () => problem(host), { timeoutMs: 120_000 });
  const before = await bootId(host);
  await holds(lab, host, alerts);
  await leftover(host);
  expect('the host was not rebooted so far', (await bootId(host)) === before);
  await inHost(host, ['systemctl', 'stop', 'bench-left']);
  const began = performance.now();
  const after = await untilBootedAnew(host, before, 240_000);
  const booted = performance.now();
  const taken: (readonly string[])[] = [];
  const done = await waitFor(
    'the outcome',
    async () => {
      const node = await nodeNow(lab, host.name);
      if (node.cordoned) taken.push(await claims(lab));
      return (await outcomes(host).catch(() => [])).find(({ outcome }) => outcome !== 'refused');
    },
    { timeoutMs: 400_000, everyMs: 500 },
  );
  const ended = performance.now();
  console.log(
    `     rebooted ${seconds(booted - began)} s after nothing held it; validated and uncordoned ${seconds(ended - booted)} s after the boot`,
  );
  console.log(`     ${done.message}`);
  expect('proved by the boot id, validated', done.outcome === 'succeeded' && done.message.includes(after), done);
  expect('uncordoned', !(await nodeNow(lab, host.name)).cordoned);
  const seen = taken.filter((one) => one.includes('reboot')).length;
  expect(
    `its place in the budget stood while it was cordoned (${seen} of ${taken.length} looks)`,
    taken.length > 0 && seen === taken.length,
    taken,
  );
  const left = await waitFor('the claim to go', async () => ((await claims(lab)).includes('reboot') ? undefined : true), {
    timeoutMs: 30_000,
  }).catch(() => false);
  expect('… and is given back afterwards', left === true);
  const intents = (await entries(host)).filter(isKind('intent')).filter(({ remedy }) => remedy === 'reboot');
  expect('rebooted once', new Set(intents.map(({ boot }) => boot)).size === 1 && (await bootId(host)) === after, intents.length);
  await waitFor('the incident to close', async () => (await entries(host)).find(isKind('closed')), { timeoutMs: 120_000 }).catch(
    () => undefined,
  );
  await delay(1000);
  const closed = (await entries(host)).find(isKind('closed'));
  expect('its incident is closed, healed by the reboot', closed?.healedBy === 'reboot', closed);
  alerts.server?.close();
  await freshAgent(host, undefined);
}
