import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseKubeconfig, readKubeconfig } from '../../lib/kube/kubeconfig.ts';
import { pki } from '../fakes/kube-api.ts';
import { fakeNode } from '../fakes/node.ts';
import { CLIENT, kubeconfigText, sandboxHost, temporaryDirectory } from './kubeconfig-files.ts';

const FILE = '/etc/kubernetes/kubelet.conf';
const SERVER = 'https://10.0.0.1:6443';
const base64 = (text: string) => Buffer.from(text).toString('base64');

function refusal(text: string): string {
  try {
    parseKubeconfig(FILE, text);
  } catch (error) {
    expect(error).toMatchObject({ name: 'AgentError', code: 'KUBECONFIG_INVALID' });
    return error instanceof Error ? error.message : '';
  }
  return 'was accepted';
}

describe('parseKubeconfig', () => {
  it('reads kubeadm’s: an embedded CA, and a certificate that rotates', () => {
    const pem = '/var/lib/kubelet/pki/kubelet-client-current.pem';
    const text = kubeconfigText({
      server: SERVER,
      cluster: [`certificate-authority-data: ${base64(pki('ca.crt'))}`],
      user: [`client-certificate: ${pem}`, `client-key: ${pem}`],
    });

    expect(parseKubeconfig(FILE, text)).toEqual({
      file: FILE,
      server: SERVER,
      ca: { kind: 'data', pem: pki('ca.crt') },
      insecure: false,
      user: { certificate: { kind: 'file', path: pem }, key: { kind: 'file', path: pem } },
    });
  });

  it('resolves relative paths against its own directory', () => {
    const text = kubeconfigText({ server: SERVER, cluster: ['certificate-authority: pki/ca.crt'], user: ['tokenFile: token'] });

    expect(parseKubeconfig(FILE, text)).toMatchObject({
      ca: { path: '/etc/kubernetes/pki/ca.crt' },
      user: { tokenFile: '/etc/kubernetes/token' },
    });
    expect(parseKubeconfig('kubeconfig', text)).toMatchObject({ ca: { path: 'pki/ca.crt' } });
  });

  it('prefers embedded data to a path', () => {
    const cluster = ['certificate-authority: /nowhere', `certificate-authority-data: ${base64(pki('ca.crt'))}`];

    expect(parseKubeconfig(FILE, kubeconfigText({ server: SERVER, cluster })).ca).toMatchObject({ kind: 'data' });
  });

  it('reads what a gateway needs', () => {
    const cluster = ['tls-server-name: kubernetes', 'proxy-url: http://10.0.0.9:3128', 'insecure-skip-tls-verify: true'];

    expect(parseKubeconfig(FILE, kubeconfigText({ server: SERVER, cluster }))).toMatchObject({
      serverName: 'kubernetes',
      proxy: 'http://10.0.0.9:3128',
      insecure: true,
    });
  });

  it('reads a credential plugin', () => {
    const user = [
      'exec:',
      '  apiVersion: client.authentication.k8s.io/v1beta1',
      '  command: bin/plugin',
      '  args: [token, -i, east]',
      '  env: [{name: REGION, value: east}]',
      '  provideClusterInfo: true',
    ];

    expect(parseKubeconfig(FILE, kubeconfigText({ server: SERVER, user })).user.exec).toEqual({
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      command: '/etc/kubernetes/bin/plugin',
      args: ['token', '-i', 'east'],
      environment: { REGION: 'east' },
      provideClusterInfo: true,
    });
  });

  it('reads JSON, which is YAML', () => {
    const text = JSON.stringify({
      'current-context': 'a',
      contexts: [
        { name: 'b', context: null },
        { name: 'a', context: { cluster: 'c', user: '' } },
      ],
      clusters: [{ name: 'c', cluster: { server: SERVER } }],
      users: null,
    });

    expect(parseKubeconfig(FILE, text)).toEqual({ file: FILE, server: SERVER, insecure: false, user: {} });
  });

  const good = kubeconfigText({ server: SERVER });
  it.each([
    ['nothing', '', `${FILE}:1:1: expected a kubeconfig (apiVersion, kind: Config, clusters, users, contexts)`],
    ['binary', '\0\x01\x02', /^\/etc\/kubernetes\/kubelet\.conf:1:1: /],
    ['a list', '- a\n- b\n', /:1:1: expected a kubeconfig/],
    ['a tab', good.replace('    server', '\tserver'), `${FILE}:10:1: not valid YAML (tab as indent)`],
    ['a truncated quote', 'current-context: "def', /:1:\d+: not valid YAML \(missing char\)/],
    ['no current context', good.replace('current-context: default', ''), /expected the name of a context/],
    [
      'an unknown context',
      good.replace('current-context: default', 'current-context: x'),
      `${FILE}:3:18: current-context: names a context that contexts does not have`,
    ],
    [
      'an unknown cluster',
      good.replace('cluster: test,', 'cluster: x,'),
      /:6:22: contexts\[0\]\.context\.cluster: names a cluster that clusters does not have/,
    ],
    [
      'an unknown user',
      good.replace('user: agent', 'user: x'),
      /contexts\[0\]\.context\.user: names a user that users does not have/,
    ],
    ['no server', good.replace(/ {4}server.*\n/, ''), /clusters\[0\]\.cluster: expected a server/],
    [
      'a server without a scheme',
      good.replace(SERVER, '10.0.0.1:6443'),
      /:10:13: clusters\[0\]\.cluster\.server: expected https:\/\/HOST:PORT/,
    ],
    ['a server without TLS', good.replace('https:', 'http:'), /expected https:/],
    [
      'clusters that are text',
      'current-context: a\nclusters: x\ncontexts: [{name: a, context: {cluster: c}}]',
      /:2:11: clusters: expected a list/,
    ],
    [
      'a number for a token',
      kubeconfigText({ server: SERVER, user: ['token: 12345'] }),
      /:15:12: users\[0\]\.user\.token: expected text in quotes/,
    ],
    [
      'a certificate without key',
      kubeconfigText({ server: SERVER, user: [CLIENT[0] ?? ''] }),
      /has client-certificate without client-key/,
    ],
    [
      'a truncated base64',
      kubeconfigText({ server: SERVER, cluster: ['certificate-authority-data: LS0tLS1CRUd'] }),
      /:11:33: .*expected base64 of PEM/,
    ],
    ['a removed auth-provider', kubeconfigText({ server: SERVER, user: ['auth-provider: {name: gcp}'] }), /expected exec/],
    [
      'a password',
      kubeconfigText({ server: SERVER, user: ['username: a', 'password: hunter2'] }),
      /expected a certificate or token/,
    ],
    ['a SOCKS proxy', kubeconfigText({ server: SERVER, cluster: ['proxy-url: socks5://10.0.0.9'] }), /proxy-url: expected http:/],
    [
      'a billion laughs',
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b]\n`,
      /expected the name of a context/,
    ],
  ])('refuses %s by line and column', (_case, text, message) => {
    expect(refusal(text)).toMatch(message);
  });

  it('never quotes what it refuses: it may be a key', () => {
    const secret = 'hunter2hunter2';
    const texts = [
      kubeconfigText({ server: SERVER, user: [`token: [${secret}]`] }),
      kubeconfigText({ server: SERVER, user: [`token: "${secret}`] }),
      kubeconfigText({ server: SERVER, user: [`client-key-data: ${secret}`] }),
      kubeconfigText({ server: SERVER, user: [`token: *${secret}`] }),
      kubeconfigText({ server: SERVER, user: [`token: @${secret}`] }),
      kubeconfigText({ server: SERVER, user: [`username: ${secret}`] }),
    ];

    for (const text of texts) {
      const message = refusal(text);
      expect(message).not.toContain(secret);
      expect(message).toMatch(/^\/etc\/kubernetes\/kubelet\.conf:\d+:\d+: /);
    }
  });

  it('refuses every truncation of a real one, or reads it', () => {
    const text = kubeconfigText({ server: SERVER, cluster: [`certificate-authority-data: ${base64(pki('ca.crt'))}`] });

    for (let length = 0; length < text.length; length += 7) {
      expect(refusal(text.slice(0, length))).toMatch(/was accepted|:\d+:\d+: /);
    }
  });
});

describe('readKubeconfig', () => {
  it.each([
    ['missing', { kind: 'missing' }, 'does not exist'],
    ['denied', { kind: 'denied' }, 'permission denied'],
    ['a directory', { kind: 'not-a-file', is: 'directory' }, 'is a directory, not a file'],
    ['on a dead mount', { kind: 'timed-out', after: 2000 }, 'no answer within 2s'],
  ] as const)('says that it is %s', async (_case, failure, why) => {
    await expect(readKubeconfig(fakeNode({ files: { [FILE]: failure } }), FILE)).rejects.toMatchObject({
      code: 'KUBECONFIG_INVALID',
      message: `${FILE}: ${why}`,
    });
  });

  it('reads the same text by the name of its file', async () => {
    const text = kubeconfigText({ server: SERVER, cluster: ['certificate-authority: ca.crt'] });
    const [one, two] = ['/etc/one/config', '/etc/two/config'];
    const node = fakeNode({ files: { [one]: text, [two]: text } });

    expect((await readKubeconfig(node, one)).ca).toEqual({ kind: 'file', path: '/etc/one/ca.crt' });
    expect((await readKubeconfig(node, two)).ca).toEqual({ kind: 'file', path: '/etc/two/ca.crt' });
  });

  it('refuses a huge file and a directory of the real kind', async () => {
    const directory = temporaryDirectory();
    const [huge, folder] = [join(directory, 'huge'), join(directory, 'folder')];
    writeFileSync(huge, kubeconfigText({ server: SERVER }));
    truncateSync(huge, 50 * 1024 * 1024);
    mkdirSync(folder);

    await expect(readKubeconfig(sandboxHost(), huge)).rejects.toMatchObject({ message: `${huge}: larger than 1 MiB` });
    await expect(readKubeconfig(sandboxHost(), folder)).rejects.toMatchObject({ code: 'KUBECONFIG_INVALID' });
  });
});
