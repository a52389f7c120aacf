/**
 * What an agent of one node may do to a real API server with the manifests of `nodemend rbac`, and what not: by a client
 * certificate, a ServiceAccount of its own, a token that is bound to its Node, and one that is not.
 *
 *     npm run lab -- up --name mine && npm run bench:identity -- --lab mine [--crowd 1000]      (Kubernetes 1.30 or later)
 */

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { EVICTION_LABEL } from '../lib/kube/eviction-label.ts';
import { openLab } from '../test/lab/lab.ts';
import { makeAuthority } from '../test/lab/pki.ts';
import { printTable } from '../test/lab/table.ts';
import { cases, probes } from './identity/cases.ts';
import type { Case } from './identity/node-cases.ts';
import { type Ask, askAs, must, type Reply } from './identity/requests.ts';
import { apply, CROWD, makeCrowd, makeWorld, OTHER, OWN, removeWorld } from './identity/world.ts';

const { values } = parseArgs({ options: { lab: { type: 'string', default: 'lab' }, crowd: { type: 'string', default: '0' } } });
const lab = openLab(values.lab);
const pki = join(lab.directory, 'pki');
const authority = await makeAuthority(pki);
const as = (credential: Parameters<typeof askAs>[2]) => askAs(lab.apiServer, authority.ca, credential);
const admin = as({ cert: join(pki, 'kubeconfig.crt'), key: join(pki, 'kubeconfig.key') });
const AGENTS = { kind: 'Group', name: 'nodemend:agents' } as const;
const ACCOUNT = { kind: 'ServiceAccount', name: 'nodemend' } as const;

async function tokenOf(account: string, bound?: object): Promise<string> {
  const spec = { audiences: [], expirationSeconds: 3600, ...(bound === undefined ? {} : { boundObjectRef: bound }) };
  const path = `/api/v1/namespaces/nodemend/serviceaccounts/${account}/token`;
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec };
  const { status } = (await must(admin, { method: 'POST', path, body })) as { status: { token: string } };
  return status.token;
}

interface Row {
  readonly who: string;
  readonly does: string;
  readonly answer: string;
  readonly good: boolean;
}
const rows: Row[] = [];

function judge(who: string, { does, refused }: Pick<Case, 'does' | 'refused'>, { status, body }: Reply): void {
  const message = String(body.message ?? '');
  const good = refused === undefined ? status < 300 : status === 403 && refused.test(message);
  const words = message.replace(/^.*denied request: /s, '').replace(/^[a-z.]+ "[^"]*" is forbidden: /, '');
  rows.push({ who, does, answer: status < 300 ? 'allowed' : `${status}: ${words.slice(0, 110)}`, good });
}

async function ask(who: string, session: Ask, some: readonly Case[]): Promise<void> {
  for (const one of some) judge(who, one, await session(one.call));
}

/** Policies are read again once a second. */
async function untilInForce(session: Ask, refused: boolean): Promise<void> {
  const probe = cases.find(({ does }) => does === 'cordons another Node');
  for (let tries = 0; tries < 60; tries += 1) {
    const { status } = probe === undefined ? { status: 0 } : await session(probe.call);
    if ((status === 403) === refused) return await sleep(1500);
    await sleep(500);
  }
  throw new Error('the policy does not come into force');
}

/** Its roles name the Node already. */
const byRoles = probes.map((one) =>
  one.does === 'cordons another Node' ? { ...one, refused: /cannot patch resource "nodes"/ } : one,
);
const UNPROVED = /does not prove which node|pods of its own node/;
const without = (some: readonly Case[]): readonly Case[] => some.map(({ refused: _, ...one }) => one);
const all = (some: readonly Case[], refused: RegExp): readonly Case[] => some.map((one) => ({ ...one, refused }));

async function warnings(): Promise<string> {
  const path = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/nodemend';
  const { status } = (await must(admin, { method: 'GET', path })) as { status?: { typeChecking?: unknown } };
  return JSON.stringify(status?.typeChecking ?? {});
}

const certificate = await authority.issue('bench-agent', `/O=${AGENTS.name}/CN=nodemend:${OWN}`);
const stranger = await authority.issue('bench-stranger', `/O=${AGENTS.name}/CN=somebody`);
const kubelet = await authority.issue('bench-kubelet', `/O=system:nodes/CN=system:node:${OWN}`);
const [byName, nameless] = [as(certificate), as(stranger)];
try {
  await apply(admin, { subject: AGENTS, policy: false });
  await makeWorld(admin);
  await ask('RBAC alone', byName, without(probes));

  await apply(admin, { subject: { ...ACCOUNT, name: `nodemend-${OWN}` }, node: OWN });
  await apply(admin, { subject: AGENTS });
  await untilInForce(byName, true);
  await ask('certificate', byName, cases);
  await ask('ServiceAccount of the node', as({ token: await tokenOf(`nodemend-${OWN}`) }), byRoles);
  await ask('certificate of nobody’s node', nameless, all(probes, UNPROVED));
  await ask('a person', admin, without(cases.filter(({ does }) => /labels|taints|evicts|scales|image/.test(does))));
  const heartbeat = { metadata: { annotations: { 'example.com/owner': 'kubelet' } }, status: { capacity: { cpu: '8' } } };
  const status = { method: 'PATCH', path: `/api/v1/nodes/${OWN}/status?dryRun=All`, body: heartbeat } as const;
  judge('the kubelet', { does: 'changes its capacity' }, await as(kubelet)(status));

  if (Number(values.crowd) > 0) await measureCrowd(Number(values.crowd));
  await apply(admin, { subject: ACCOUNT });
  const shared = await tokenOf('nodemend');
  await untilInForce(byName, true);
  await ask(
    'token bound to the Node',
    as({ token: await tokenOf('nodemend', { apiVersion: 'v1', kind: 'Node', name: OWN }) }),
    probes,
  );
  await ask('token of nobody’s node', as({ token: shared }), all(probes, UNPROVED));
  await apply(admin, { subject: ACCOUNT, token: true });
  await untilInForce(as({ token: shared }), false);
  const some = probes.map((one) => (/another node$/i.test(one.does) ? (without([one])[0] ?? one) : one));
  await ask('one token for all nodes (--token)', as({ token: shared }), some);
} finally {
  await removeWorld(admin);
}

async function measureCrowd(count: number): Promise<void> {
  await makeCrowd(admin, count);
  await sleep(2000);
  const path = `/api/v1/namespaces/${CROWD}/pods/p-7/eviction`;
  const body = (labels: object) => ({
    ...{ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p-7', labels } },
    deleteOptions: { dryRun: ['All'] },
  });
  const median = async (session: Ask, labels: object) => {
    const took: number[] = [];
    for (let times = 0; times < 9; times += 1) {
      const reply = await session({ method: 'POST', path, body: body(labels) });
      if (reply.status >= 300) throw new Error(`${reply.status} ${JSON.stringify(reply.body)}`);
      took.push(reply.tookMs);
    }
    return took.sort((a, b) => a - b)[4]?.toFixed(0);
  };
  console.log(
    `eviction in a namespace of ${count} pods, median of 9: an agent's ${await median(byName, EVICTION_LABEL)} ms, a person's ${await median(admin, {})} ms`,
  );
}

printTable(
  ['who', 'does', 'answer', ''],
  rows.map(({ who, does, answer, good }) => [who, does, answer, good ? 'as meant' : 'WRONG']),
);
const wrong = rows.filter(({ good }) => !good).length;
console.log(
  `${lab.kubeletVersion}, ${OWN} and ${OTHER}: ${rows.length} requests, ${rows.filter(({ answer }) => answer === 'allowed').length} allowed, ${wrong} not as meant; type checking ${await warnings()}`,
);
process.exitCode = wrong === 0 ? 0 : 1;
