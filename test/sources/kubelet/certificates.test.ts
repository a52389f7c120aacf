import { describe, expect, it } from 'vitest';
import { gatherer } from '../../../agent/gather.ts';
import { isUnavailable } from '../../../lib/model/source.ts';
import { certificateBlocks, parseCertificate } from '../../../lib/sources/kubelet/certificate.ts';
import { certificates } from '../../../lib/sources/kubelet/certificates.ts';
import { certificatesOfKubeconfig } from '../../../lib/sources/kubelet/kubeconfig-certificates.ts';
import { AUTHORITY, AUTHORITY_ENDS, LEAF, LEAF_BEGINS, LEAF_ENDS, SELF_MADE } from '../../fakes/certificates.ts';
import { type FakeNode, fakeNode } from '../../fakes/node.ts';

const KEY = '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEISECRETSECRETSECRET\n-----END EC PRIVATE KEY-----\n';
const PKI = '/var/lib/kubelet/pki';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const kubeconfig = (user: string) => `apiVersion: v1\nkind: Config\nusers:\n- name: default-auth\n  user:\n${user}`;

async function read(node: FakeNode) {
  const fact = await gatherer(fakeNode(node)).fact(certificates);
  if (isUnavailable(fact)) throw new Error(fact.unavailable);
  return fact;
}
const placesOf = async (node: FakeNode) => (await read(node)).files.map(({ place, use }) => `${use} ${place}`).sort();

describe('certificateBlocks', () => {
  it('takes certificates and leaves the private key in the same file', () => {
    const blocks = certificateBlocks(`${LEAF}${KEY}${AUTHORITY}`);

    expect(blocks).toHaveLength(2);
    expect(blocks.join()).not.toContain('SECRET');
  });

  it.each([
    '',
    KEY,
    '-----BEGIN CERTIFICATE-----',
    '\0\0',
    '-----BEGIN CERTIFICATE-----\n-----BEGIN EC PRIVATE KEY-----\n',
  ])('finds nothing in %j', (text) => {
    expect(certificateBlocks(text)).toEqual([]);
  });
});

describe('parseCertificate', () => {
  it('reads names and times', () => {
    expect(parseCertificate(LEAF)).toEqual({
      subject: 'system:node:web-1',
      issuer: 'kubernetes',
      notBefore: LEAF_BEGINS,
      notAfter: LEAF_ENDS,
      isAuthority: false,
    });
    expect(parseCertificate(AUTHORITY)).toMatchObject({ isAuthority: true, notAfter: AUTHORITY_ENDS });
  });

  it.each([
    '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
    '',
    LEAF.slice(0, 300),
  ])('gives nothing for %j', (text) => {
    expect(parseCertificate(text)).toBeUndefined();
  });
});

describe('certificatesOfKubeconfig', () => {
  it('reads embedded ones and paths, and no key', () => {
    const text = kubeconfig(
      `    client-certificate-data: ${base64(LEAF)}\n    client-key-data: ${base64(KEY)}\n    client-certificate: /x.pem\n`,
    );
    const found = certificatesOfKubeconfig(text);

    expect(found).toEqual({ embedded: [LEAF], paths: ['/x.pem'] });
  });

  it.each(['', 'users: 3', 'users: [null, {user: 3}]', '- a'])('finds nothing in %j', (text) => {
    expect(certificatesOfKubeconfig(text)).toEqual({ embedded: [], paths: [] });
  });

  it('gives nothing for what is not YAML', () => {
    expect(certificatesOfKubeconfig('users: [')).toBeUndefined();
  });
});

const IDENTITY = {
  kind: 'identity',
  server: 'https://198.51.100.1:6443',
  credential: 'certificate',
  nodeName: 'node-1',
  nodeNameFrom: 'credential',
} as const;

describe('certificates', () => {
  it('finds the kubelet’s rotated certificate, its kubeconfig and its serving certificate', async () => {
    const files = {
      '/var/lib/kubelet/config.yaml':
        'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nauthentication: {x509: {clientCAFile: /etc/kubernetes/pki/ca.crt}}\n',
      '/etc/kubernetes/kubelet.conf': kubeconfig(`    client-certificate: ${PKI}/kubelet-client-current.pem\n`),
      [`${PKI}/kubelet-client-current.pem`]: LEAF + KEY,
      [`${PKI}/kubelet.crt`]: SELF_MADE,
      '/etc/kubernetes/pki/ca.crt': AUTHORITY,
    };
    const fact = await read({ files });

    expect(fact.files.map(({ place, use }) => `${use} ${place}`).sort()).toEqual([
      'authority /etc/kubernetes/pki/ca.crt',
      `client ${PKI}/kubelet-client-current.pem`,
      `serving-default ${PKI}/kubelet.crt`,
    ]);
    expect(fact.files.find(({ use }) => use === 'client')?.rotates).toBe(true);
    expect(JSON.stringify(fact)).not.toContain('SECRET');
  });

  it('finds an embedded certificate, and one by a relative path', async () => {
    const user = `    client-certificate-data: ${base64(LEAF)}\n    client-certificate: node.crt\n`;
    const files = { '/etc/kubernetes/kubelet.conf': kubeconfig(user), '/etc/kubernetes/node.crt': LEAF };

    expect(await placesOf({ files })).toEqual([
      'client /etc/kubernetes/kubelet.conf client-certificate-data',
      'client /etc/kubernetes/node.crt',
    ]);
  });

  it('finds the one of a kubelet whose flags nobody sees, as in k3s, by the kubeconfig that is used', async () => {
    const file = '/var/lib/rancher/k3s/agent/kubelet.kubeconfig';
    const certificate = '/var/lib/rancher/k3s/agent/client-kubelet.crt';
    const identity = { ...IDENTITY, file };
    const files = { [file]: kubeconfig(`    client-certificate: ${certificate}\n`), [certificate]: LEAF };

    expect(await placesOf({ files, identity: { ...identity, origin: 'well-known' } })).toEqual([`client ${certificate}`]);
    expect(await placesOf({ files, identity: { ...identity, origin: 'own' } })).toEqual([]);
  });

  it('knows a serving certificate that somebody signed from one the kubelet made for itself', async () => {
    expect(await placesOf({ files: { [`${PKI}/kubelet.crt`]: LEAF } })).toEqual([`serving ${PKI}/kubelet.crt`]);
    expect(await placesOf({ files: { [`${PKI}/kubelet.crt`]: SELF_MADE } })).toEqual([`serving-default ${PKI}/kubelet.crt`]);
  });

  it('prefers the serving certificate that the kubelet rotates', async () => {
    const files = { [`${PKI}/kubelet-server-current.pem`]: LEAF, [`${PKI}/kubelet.crt`]: LEAF };

    expect(await placesOf({ files })).toEqual([`serving ${PKI}/kubelet-server-current.pem`]);
  });

  it('finds what kubeadm keeps on a control plane', async () => {
    const files = {
      '/etc/kubernetes/pki/apiserver.crt': LEAF,
      '/etc/kubernetes/pki/front-proxy-ca.crt': AUTHORITY,
      '/etc/kubernetes/pki/etcd/server.crt': LEAF,
      '/etc/kubernetes/admin.conf': kubeconfig(`    client-certificate-data: ${base64(LEAF)}\n`),
    };
    const directories = {
      '/etc/kubernetes/pki': ['apiserver.crt', 'apiserver.key', 'front-proxy-ca.crt', 'sa.pub'],
      '/etc/kubernetes/pki/etcd': ['server.crt'],
    };

    expect(await placesOf({ files, directories })).toEqual([
      'authority /etc/kubernetes/pki/front-proxy-ca.crt',
      'control-plane /etc/kubernetes/admin.conf client-certificate-data',
      'control-plane /etc/kubernetes/pki/apiserver.crt',
      'control-plane /etc/kubernetes/pki/etcd/server.crt',
    ]);
  });

  it('says what it could not read', async () => {
    const fact = await read({
      files: { [`${PKI}/kubelet-client-current.pem`]: { kind: 'denied' }, [`${PKI}/kubelet.crt`]: 'rubbish' },
    });

    expect(fact.problems).toEqual([
      { place: `${PKI}/kubelet-client-current.pem`, why: 'permission denied' },
      { place: `${PKI}/kubelet.crt`, why: 'no certificate in it' },
    ]);
  });
});
