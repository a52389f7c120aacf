import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../lib/host/host.ts';
import { OWN_KUBECONFIG, WELL_KNOWN } from '../../lib/kube/discovery.ts';
import { parseExecCredential } from '../../lib/kube/exec-plugin.ts';
import { identities } from '../../lib/kube/identity.ts';
import { nodeNameOf } from '../../lib/kube/node-name.ts';
import { pki, pkiPath } from '../fakes/kube-api.ts';
import { type FakeNode, fakeNode } from '../fakes/node.ts';
import { identityOptions, kubeconfigText, sandboxHost, temporaryDirectory, writeKubeconfig } from './kubeconfig-files.ts';

const SERVER = 'https://10.0.0.1:6443';
const NOW = Date.parse('2026-01-01T00:00:00Z');
const embedded = [
  `client-certificate-data: ${Buffer.from(pki('client.crt')).toString('base64')}`,
  `client-key-data: ${Buffer.from(pki('client.key')).toString('base64')}`,
];
const config = kubeconfigText({ server: SERVER, cluster: [], user: embedded });
const tokenConfig = kubeconfigText({ server: SERVER, cluster: [], user: ['token: abc'] });
const HOSTNAME = { '/proc/sys/kernel/hostname': ' Web-1.example \n' };

const onNode = (node: FakeNode, kubelet = {}) =>
  identities({ host: fakeNode({ ...node, files: { ...HOSTNAME, ...node.files } }), kubelet: async () => kubelet });
async function identityOf(who: ReturnType<typeof identities>) {
  const answer = await who.current();
  return answer.kind === 'session' ? answer.identity : answer;
}
const exec = ['exec:', '  apiVersion: client.authentication.k8s.io/v1', '  command: plugin', '  args: [get]'];

describe('the identity', () => {
  it('is the agent’s own before the kubelet’s', async () => {
    const files = { [OWN_KUBECONFIG]: config, '/etc/kubernetes/kubelet.conf': 'not read' };

    expect(await identityOf(onNode({ files }, { kubeconfig: '/etc/kubernetes/kubelet.conf' }))).toMatchObject({
      origin: 'own',
      file: OWN_KUBECONFIG,
    });
  });

  it('is the one the kubelet was started with, and tells who that is', async () => {
    const identity = await identityOf(onNode({ files: { '/opt/kubelet/kc': config } }, { kubeconfig: '/opt/kubelet/kc' }));

    expect(identity).toEqual({
      kind: 'identity',
      origin: 'kubelet',
      file: '/opt/kubelet/kc',
      server: SERVER,
      credential: 'certificate',
      user: 'system:node:Node-A',
      expiresAt: Date.parse('2120-01-01T00:00:00Z'),
      nodeName: 'node-a',
      nodeNameFrom: 'credential',
    });
  });

  it.each(WELL_KNOWN)('is found at %s when the kubelet does not say', async (file) => {
    expect(await identityOf(onNode({ files: { [file]: config } }))).toMatchObject({ origin: 'well-known', file });
  });

  it('is none when the kubelet has not joined yet, whatever lies elsewhere', async () => {
    const files = { '/var/lib/kubelet/kubeconfig': config };

    expect(await identityOf(onNode({ files }, { kubeconfig: '/etc/kubernetes/kubelet.conf' }))).toMatchObject({ kind: 'none' });
  });

  it('says what is wrong with the file that was found', async () => {
    const files = { [OWN_KUBECONFIG]: 'clusters: [' };
    const denied = { '/etc/kubernetes/kubelet.conf': { kind: 'denied' } as const };

    expect(await identityOf(onNode({ files }))).toMatchObject({
      kind: 'unusable',
      file: OWN_KUBECONFIG,
      reason: /:1:\d+: not valid YAML/,
    });
    expect(await identityOf(onNode({ files: denied, status: { '/etc/kubernetes/kubelet.conf': {} } }))).toEqual({
      kind: 'unusable',
      file: '/etc/kubernetes/kubelet.conf',
      reason: '/etc/kubernetes/kubelet.conf: permission denied',
    });
  });

  it('says that a key cannot be read, without its text', async () => {
    const user = [`client-certificate: ${pkiPath('client.crt')}`, 'client-key: /var/lib/kubelet/pki/current.pem'];
    const file = writeKubeconfig({ server: SERVER, cluster: [], user });

    expect(await identityOf(identities(identityOptions(file)))).toMatchObject({
      kind: 'unusable',
      reason: '/var/lib/kubelet/pki/current.pem: does not exist',
    });
  });

  it('is found as soon as a kubeconfig of our own appears', async () => {
    let [files, monotonic]: [Record<string, string>, number] = [{ '/etc/kubernetes/kubelet.conf': config, ...HOSTNAME }, 0];
    const view = () => fakeNode({ files });
    const host = {
      clock: { now: () => NOW, monotonic: () => monotonic, sleep: async () => undefined },
      readFile: (path: string) => view().readFile(path),
      fileStatus: (path: string) => view().fileStatus(path),
      run: async () => ({ kind: 'not-found', file: '' }) as const,
    };
    const who = identities({ host, kubelet: async () => ({}) });
    await who.current();

    files = { ...files, [OWN_KUBECONFIG]: tokenConfig };
    monotonic += 60_000;

    expect(await identityOf(who)).toMatchObject({ origin: 'own', credential: 'token' });
  });

  it('keeps one session while nothing changes', async () => {
    const who = onNode({ files: { [OWN_KUBECONFIG]: config } });

    expect(await who.current()).toBe(await who.current());
  });
});

describe('a token', () => {
  it('names its service account and its end when it is a JWT', async () => {
    const claims = Buffer.from(JSON.stringify({ sub: 'system:serviceaccount:nodemend:agent', exp: 2_000_000_000 })).toString(
      'base64url',
    );
    const files = { [OWN_KUBECONFIG]: tokenConfig.replace('abc', `e30.${claims}.sig`) };

    expect(await identityOf(onNode({ files }))).toMatchObject({
      user: 'system:serviceaccount:nodemend:agent',
      expiresAt: 2_000_000_000_000,
      nodeName: 'web-1.example',
      nodeNameFrom: 'hostname',
    });
  });

  it.each(['a"b\\r\\nx: y"', '"a b"', '"\\u0000"'])('of %s is refused: it would be another header', async (token) => {
    const files = {
      [OWN_KUBECONFIG]: tokenConfig.replace('token: abc', `token: ${token.startsWith('"') ? token : `"${token}`}`),
    };

    expect(await identityOf(onNode({ files }))).toMatchObject({ kind: 'unusable' });
  });
});

describe('a credential plugin', () => {
  const credential = (status: object) =>
    JSON.stringify({ kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1', status });

  function pluginHost(answers: (RunResult | string)[], clock = { now: NOW, monotonic: 0 }) {
    const environments: string[] = [];
    const host = sandboxHost({
      clock: { now: () => clock.now, monotonic: () => clock.monotonic, sleep: async () => undefined },
      async run(_argv, options) {
        environments.push(options.environment?.KUBERNETES_EXEC_INFO ?? '');
        const answer = answers.length > 1 ? answers.shift() : answers[0];
        return typeof answer === 'string' || answer === undefined
          ? { kind: 'exited', code: 0, stdout: answer ?? '', stderr: '', truncated: false }
          : answer;
      },
    });
    const who = identities(identityOptions(writeKubeconfig({ server: SERVER, cluster: [], user: exec }), { host }));
    return { who, environments, clock };
  }

  it('is asked once until its credential is about to expire', async () => {
    const expirationTimestamp = '2026-01-01T00:10:00Z';
    const { who, environments, clock } = pluginHost([
      credential({ token: 'one', expirationTimestamp }),
      credential({ token: 'two' }),
    ]);
    await who.current();
    await who.current();
    expect(environments).toHaveLength(1);

    clock.now += 595_000;
    clock.monotonic += 595_000;

    expect(await who.current()).toMatchObject({ credential: { token: 'two' } });
    expect(JSON.parse(environments[0] ?? '')).toEqual({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      spec: { interactive: false },
    });
  });

  it('is asked again after a refusal, but not for every one', async () => {
    const { who, environments, clock } = pluginHost([credential({ token: 'one' })]);
    for (const step of [0, 1000, 9000, 500]) {
      clock.monotonic += step;
      const session = await who.current();
      if (session.kind === 'session') who.refused(session);
    }

    await who.current();

    expect(environments).toHaveLength(2);
  });

  it.each<[string, RunResult | string, string]>([
    ['is not installed', { kind: 'not-found', file: 'plugin' }, 'is not installed'],
    ['hangs', { kind: 'timed-out', after: 5000, stdout: '', stderr: '' }, 'gave no credential within 5s'],
    ['fails', { kind: 'exited', code: 3, stdout: 'hunter2', stderr: 'hunter2', truncated: false }, 'exited with 3'],
    ['is killed', { kind: 'signalled', signal: 'SIGKILL', stdout: '', stderr: '' }, 'failed (signalled)'],
    ['prints something else', 'hunter2', 'printed no ExecCredential with a token or a certificate'],
    ['prints nothing', '', 'printed no ExecCredential with a token or a certificate'],
  ])('that %s is said so, without its output', async (_case, answer, why) => {
    const { who } = pluginHost([answer]);

    const identity = await identityOf(who);

    expect(identity).toMatchObject({ kind: 'unusable', reason: expect.stringContaining(`credential plugin plugin ${why}`) });
    expect(JSON.stringify(identity)).not.toContain('hunter2');
  });

  it.each([
    ['others may write', { uid: 0, mode: 0o664 }],
    ['another user owns', { uid: 1000, mode: 0o600 }],
  ])('of a kubeconfig that was found, and that %s, is not run', async (_name, status) => {
    const text = kubeconfigText({ server: SERVER, cluster: [], user: exec });
    const who = onNode({ files: { [OWN_KUBECONFIG]: text }, status: { [OWN_KUBECONFIG]: status } });

    const identity = await identityOf(who);

    expect(identity).toMatchObject({ kind: 'unusable', reason: expect.stringContaining('others than root may write') });
    expect(identity).not.toMatchObject({ reason: expect.stringContaining('not installed') });
  });

  it('may give a certificate', async () => {
    const { who } = pluginHost([credential({ clientCertificateData: pki('client.crt'), clientKeyData: pki('client.key') })]);

    expect(await identityOf(who)).toMatchObject({ credential: 'exec', user: 'system:node:Node-A', nodeName: 'node-a' });
  });

  it('is a real program beside the kubeconfig', async () => {
    const directory = temporaryDirectory();
    const script = `#!/bin/sh\necho '${credential({ token: 'fresh' })}'\n`;
    writeFileSync(join(directory, 'plugin'), script);
    chmodSync(join(directory, 'plugin'), 0o755);
    const user = exec.map((line) => line.replace('command: plugin', 'command: ./plugin'));

    const session = await identities(
      identityOptions(writeKubeconfig({ server: SERVER, cluster: [], user }, directory)),
    ).current();

    expect(session).toMatchObject({ credential: { kind: 'exec', token: 'fresh' } });
  });
});

describe('parseExecCredential', () => {
  it.each([
    '',
    'null',
    '[]',
    '{}',
    '{"kind":"ExecCredential"}',
    '{"kind":"ExecCredential","status":null}',
    '{"kind":"ExecCredential","status":{}}',
    '{"kind":"ExecCredential","status":{"token":""}}',
    '{"kind":"ExecCredential","status":{"token":5}}',
    '{"kind":"ExecCredential","status":{"clientCertificateData":"x"}}',
    '{"kind":"Status","status":{"token":"x"}}',
  ])('takes nothing from %s', (output) => {
    expect(parseExecCredential(output)).toBeUndefined();
  });
});

describe('the node’s name', () => {
  const hostname = ' Web-1 \n';
  it.each([
    ['the configuration', { configured: 'Named', users: ['system:node:a'], hostname }, 'named', 'configuration'],
    [
      'our credential',
      { configured: 'auto', users: ['system:node:A', 'system:node:b'], hostnameOverride: 'c', hostname },
      'a',
      'credential',
    ],
    ['the kubelet’s credential', { users: ['system:serviceaccount:x:y', 'system:node:b'], hostname }, 'b', 'credential'],
    ['--hostname-override', { users: ['admin', undefined], hostnameOverride: ' C ', hostname }, 'c', 'hostname-override'],
    ['the host', { users: ['system:node:', undefined], hostname }, 'web-1', 'hostname'],
  ] as const)('comes from %s', (_case, sources, nodeName, nodeNameFrom) => {
    expect(nodeNameOf(sources)).toEqual({ nodeName, nodeNameFrom });
  });
});
