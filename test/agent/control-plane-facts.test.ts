import { describe, expect, it } from 'vitest';
import { readFacts } from '../../agent/guard-facts.ts';
import type { FactOf } from '../../lib/model/source.ts';

/** What each source would tell, by its id; the others could not be read. */
const facts = async (known: Readonly<Record<string, unknown>>) =>
  (await readFacts((async ({ id }: { id: string }) => known[id]) as FactOf, undefined)).controlPlane;
const daemons = (...names: readonly string[]) => names.map((name) => ({ name, pid: 1, startTicks: 1, cgroup: '' }));
const labelled = (...labels: readonly string[]) => ({
  kind: 'found',
  at: 0,
  value: { labels: Object.fromEntries(labels.map((label) => [label, ''])), annotations: {}, taints: [], unschedulable: false },
});

describe('what makes a host a control plane', () => {
  it.each<[string, Readonly<Record<string, unknown>>, readonly string[] | undefined]>([
    ['kubelet and runtime make none', { 'node-daemons': daemons('kubelet', 'containerd') }, []],
    ['its daemons', { 'node-daemons': daemons('kubelet', 'etcd', 'kube-apiserver') }, ['etcd', 'kube-apiserver']],
    ['two of one name are one', { 'node-daemons': daemons('etcd', 'etcd') }, ['etcd']],
    ['a server of k3s', { 'node-daemons': daemons('k3s-server') }, ['k3s-server']],
    ['an agent of k3s is none', { 'node-daemons': daemons('k3s-agent') }, []],
    [
      'its role, when its daemons have died with the runtime',
      { 'node-daemons': daemons('kubelet'), 'node-object': labelled('node-role.kubernetes.io/control-plane') },
      ['the control plane'],
    ],
    [
      'its role of before 1.20',
      { 'node-daemons': [], 'node-object': labelled('node-role.kubernetes.io/master') },
      ['the control plane'],
    ],
    ['another role makes none', { 'node-daemons': [], 'node-object': labelled('node-role.kubernetes.io/worker') }, []],
    ['no process can be seen', {}, undefined],
  ])('%s', async (_, known, expected) => {
    expect(await facts(known)).toEqual(expected);
  });
});
