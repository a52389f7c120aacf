import { describe, expect, it } from 'vitest';
import type { ApiAnswer } from '../../../lib/host/host.ts';
import { readControlPlane } from '../../../lib/sources/failover/control-plane.ts';
import { fakeNode } from '../../fakes/node.ts';
import { anotherAuthority, found, kubeconfigWith, ourAuthority, status } from './objects.ts';

const MANIFESTS = '/etc/kubernetes/manifests';
const KUBECONFIG = '/root/admin.conf';
const PODS = (name: string) => `/api/v1/namespaces/kube-system/pods?labelSelector=component%3D${name}&resourceVersion=0`;
const LEADER = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-controller-manager';

const MANAGER = ['kube-controller-manager', '--root-ca-file=/pki/ca.crt', '--node-monitor-grace-period=20s'];

interface Setup {
  readonly processes?: Readonly<Record<number, readonly string[]>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly manifests?: Readonly<Record<string, string>>;
  readonly api?: Readonly<Record<string, ApiAnswer>>;
}

function read({ processes = {}, files = {}, manifests = {}, api = {} }: Setup, kubeconfig: string | undefined = KUBECONFIG) {
  const pids = Object.keys(processes).map(Number);
  const host = fakeNode({
    processes: pids.map((pid) => ({ pid, name: (processes[pid]?.[0]?.split('/').at(-1) ?? '').slice(0, 15) })),
    directories: { [MANIFESTS]: Object.keys(manifests) },
    files: {
      [KUBECONFIG]: kubeconfigWith(ourAuthority),
      ...Object.fromEntries(pids.map((pid) => [`/proc/${pid}/cmdline`, `${processes[pid]?.join('\0')}\0`])),
      ...Object.fromEntries(Object.entries(manifests).map(([name, text]) => [`${MANIFESTS}/${name}`, text])),
      ...files,
    },
    api: (path) => api[path] ?? status(403),
  });
  return readControlPlane(host, { manifests: MANIFESTS, kubeconfig });
}

const mirror = (name: string, node: string, ...command: readonly string[]) => ({
  metadata: { name },
  spec: { nodeName: node, containers: [{ command }] },
});

describe('readControlPlane', () => {
  it('believes the process that trusts the same authority, and not another cluster’s on the same machine', async () => {
    const plane = await read({
      processes: { 7: [...MANAGER.slice(0, 2), '--node-monitor-grace-period=99s'], 8: MANAGER },
      files: { '/proc/7/root/pki/ca.crt': anotherAuthority, '/proc/8/root/pki/ca.crt': `\n${ourAuthority}` },
    });

    expect(plane.controllerManager).toMatchObject({
      flags: { 'node-monitor-grace-period': '20s' },
      from: 'process 8 of this host',
    });
  });

  it('finds the authority in the program’s own kubeconfig, too, with a path beside that file', async () => {
    const text = "clusters: [{ name: c, cluster: { server: 'https://x', certificate-authority: ca.crt } }]\n";
    const plane = await read({
      processes: { 8: ['/usr/bin/kube-controller-manager', '--kubeconfig', '/cm/conf'] },
      files: { '/proc/8/root/cm/conf': text, '/proc/8/root/cm/ca.crt': ourAuthority },
    });

    expect(plane.controllerManager?.from).toBe('process 8 of this host');
  });

  it('is not deceived by a process that only took the name', async () => {
    const plane = await read({ processes: { 9: ['/bin/sleep', 'kube-controller-manager'] } });

    expect(plane.controllerManager).toBeUndefined();
  });

  it('names what it could not read, instead of believing a default', async () => {
    const plane = await read({ processes: { 8: MANAGER, 9: MANAGER }, files: { '/proc/9/root/pki/ca.crt': ourAuthority } });
    const host = fakeNode({
      processes: [{ pid: 7, name: 'kube-apiserver' }],
      files: { '/proc/7/cmdline': { kind: 'timed-out', after: 4000 } },
    });
    const starved = await readControlPlane(host, { manifests: MANIFESTS, kubeconfig: undefined });

    expect(plane.controllerManager?.from).toBe('process 9 of this host');
    expect(plane.doubts).toEqual([expect.stringContaining('process 8 of this host): which cluster it serves could not be told')]);
    expect(starved.doubts).toEqual([expect.stringContaining('command line of kube-apiserver (process 7)')]);
  });

  it('reads static pod manifests, and passes over what is none', async () => {
    const manifest =
      'spec: { containers: [{ command: [sh, kube-apiserver, --default-unreachable-toleration-seconds=9, --client-ca-file=/pki/ca.crt] }] }';
    const plane = await read({
      manifests: { 'api.yaml': manifest, 'broken.yaml': '{{{', '.hidden': manifest, 'empty.yaml': '' },
      files: { '/pki/ca.crt': ourAuthority },
    });

    expect(plane.apiServer).toMatchObject({
      flags: { 'default-unreachable-toleration-seconds': '9' },
      from: `${MANIFESTS}/api.yaml`,
    });
  });

  it('takes the leader’s flags of several, and says where they differ', async () => {
    const plane = await read({
      api: {
        [PODS('kube-controller-manager')]: found({
          items: [
            mirror('cm-a', 'a', ...MANAGER),
            mirror('cm-b', 'b', 'kube-controller-manager', '--node-monitor-grace-period=30s'),
          ],
        }),
        [LEADER]: found({ spec: { holderIdentity: 'b_3f0c1d2e-aaaa-bbbb-cccc-0123456789ab' } }),
        '/version': found({ gitVersion: 'v1.31.2' }),
      },
    });

    expect(plane.controllerManager?.from).toBe('pod cm-b');
    expect(plane.doubts).toEqual(['node-monitor-grace-period differs: 20s (pod cm-a), 30s (pod cm-b)']);
    expect(plane.version).toBe('v1.31.2');
  });

  it('without an identity does not choose among several clusters', async () => {
    const processes = { 7: MANAGER, 8: MANAGER, 9: MANAGER };

    const { controllerManager } = await readWithout(processes);
    expect(controllerManager).toBeUndefined();
    expect((await readWithout({ 7: MANAGER })).controllerManager).toBeDefined();
  });
});

function readWithout(processes: Readonly<Record<number, readonly string[]>>) {
  const pids = Object.keys(processes).map(Number);
  const host = fakeNode({
    processes: pids.map((pid) => ({ pid, name: 'kube-controller' })),
    files: Object.fromEntries(pids.map((pid) => [`/proc/${pid}/cmdline`, `${processes[pid]?.join('\0')}\0`])),
  });
  return readControlPlane(host, { manifests: MANIFESTS, kubeconfig: undefined });
}
