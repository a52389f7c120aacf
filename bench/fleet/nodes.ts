/** Node objects of a large cluster, with everything that makes them large: images, managed fields, other controllers' annotations. */
import type { SignalReport } from '../../lib/model/report.ts';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { minutes } from '../../lib/model/units.ts';
import { annotationsOf } from '../../lib/reporters/annotations.ts';
import { checkState, problemState, snapshot } from '../../test/fakes/tidings.ts';

const GB = 1e9;
const IMAGES = 50;

function signals(index: number): readonly SignalReport[] {
  const of = (signal: string, capacity: number, share: number): SignalReport => {
    const [thresholdValue, observed] = [capacity / 10, capacity * (0.2 + ((index * 7) % 60) / 100)];
    return {
      signal,
      kind: 'hard',
      threshold: `${share} %`,
      thresholdValue,
      source: 'kubelet default',
      observed,
      capacity,
      headroom: observed - thresholdValue,
      secondsLeft: null,
    };
  };
  return [
    of('memory.available', 64 * GB, 10),
    of('nodefs.available', 500 * GB, 10),
    of('nodefs.inodesFree', 3e7, 5),
    of('imagefs.available', 500 * GB, 15),
    of('imagefs.inodesFree', 3e7, 5),
    of('pid.available', 4e6, 5),
  ];
}

const full = problemState({
  type: 'EvictionThresholdNear',
  reason: 'NodefsAvailable',
  subject: 'nodefs.available',
  severity: 'warning',
  message: 'nodefs.available has 58.2 GiB (11 %) left, the kubelet evicts below 53.1 GiB (10 %); at the present trend in 3h20m',
});

/** One in 50 Critical, one in 20 Degraded; the others have what a healthy node says. */
function says(index: number, at: number): Partial<Snapshot> {
  const checks = Array.from({ length: 31 }, (_, number) => checkState({ name: `check-${number}` }));
  const common = {
    time: new Date(at).toISOString(),
    node: nameOf(index),
    agentVersion: '0.1.0',
    checks,
    signals: signals(index),
  };
  if (index % 50 === 0) return { ...common, health: 'Critical', problems: [problemState(), full] };
  if (index % 20 === 0) return { ...common, health: 'Degraded', problems: [full] };
  return common;
}

const nameOf = (index: number) => `ip-10-${index >> 8}-${index & 255}.eu-central-1.compute.internal`;

/** One in 100 has no agent, one in 60 an old report. */
function annotations(index: number, now: number): Record<string, string> {
  const others = {
    'csi.volume.kubernetes.io/nodeid': JSON.stringify({
      'ebs.csi.aws.com': `i-0abc${index}`,
      'efs.csi.aws.com': `i-0abc${index}`,
    }),
    'node.alpha.kubernetes.io/ttl': '15',
    'projectcalico.org/IPv4Address': `10.${index >> 8}.${index & 255}.1/16`,
    'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
  };
  if (index % 100 === 7) return others;
  const age = index % 60 === 9 ? minutes(45) : (index % 300) * 1000;
  return { ...others, ...annotationsOf(snapshot(says(index, now - age)), ['ContainerRuntimeUnhealthy', 'PLEGUnhealthy']) };
}

const fields = (names: readonly string[]) => Object.fromEntries(names.map((name) => [`f:${name}`, { '.': {}, 'f:type': {} }]));

function conditions(ready: string): readonly object[] {
  const times = { lastHeartbeatTime: '2026-01-01T00:00:00Z', lastTransitionTime: '2026-01-01T00:00:00Z' };
  const bad = [
    'MemoryPressure',
    'DiskPressure',
    'PIDPressure',
    'NetworkUnavailable',
    'ContainerRuntimeUnhealthy',
    'PLEGUnhealthy',
  ];
  return [
    ...bad.map((type) => ({ type, status: 'False', ...times, reason: `No${type}`, message: `kubelet has no ${type} to report` })),
    { type: 'Ready', status: ready, ...times, reason: 'KubeletReady', message: 'kubelet is posting ready status' },
  ];
}

function images(index: number): readonly object[] {
  return Array.from({ length: IMAGES }, (_, number) => ({
    names: [
      `registry.example.com/team-${number % 9}/service-${number}@sha256:${`${index}${number}`.padEnd(64, 'a')}`,
      `registry.example.com/team-${number % 9}/service-${number}:v1.${index % 40}.${number}`,
    ],
    sizeBytes: 1e7 * (number + 1),
  }));
}

function nodeObject(index: number, now: number): object {
  const name = nameOf(index);
  const labels = {
    'beta.kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    'node.kubernetes.io/instance-type': 'm6i.4xlarge',
    'topology.kubernetes.io/region': 'eu-central-1',
    'topology.kubernetes.io/zone': `eu-central-1${'abc'[index % 3]}`,
    'example.com/pool': `pool-${index % 12}`,
  };
  const amounts = {
    cpu: '16',
    memory: '64Gi',
    pods: '110',
    'ephemeral-storage': '500Gi',
    'hugepages-1Gi': '0',
    'hugepages-2Mi': '0',
  };
  const managed = ['kubelet', 'kube-controller-manager', 'nodemend', 'calico-node'].map((manager) => ({
    manager,
    operation: 'Update',
    apiVersion: 'v1',
    time: '2026-01-01T00:00:00Z',
    fieldsType: 'FieldsV1',
    fieldsV1: {
      'f:metadata': { 'f:labels': fields(Object.keys(labels)) },
      'f:status': fields([...Object.keys(amounts), 'conditions']),
    },
  }));
  return {
    metadata: {
      name,
      uid: `uid-${index}`,
      resourceVersion: `${index}`,
      labels,
      annotations: annotations(index, now),
      managedFields: managed,
    },
    spec: {
      podCIDR: `10.${index >> 8}.${index & 255}.0/24`,
      providerID: `aws:///${index}`,
      ...(index % 90 === 3 ? { unschedulable: true } : {}),
    },
    status: {
      addresses: [
        { type: 'InternalIP', address: '10.0.0.1' },
        { type: 'Hostname', address: name },
      ],
      capacity: amounts,
      allocatable: amounts,
      conditions: conditions(index % 120 === 9 ? 'Unknown' : 'True'),
      nodeInfo: {
        kernelVersion: '6.1.0',
        osImage: 'Debian GNU/Linux 12',
        containerRuntimeVersion: 'containerd://1.7.2',
        kubeletVersion: 'v1.30.4',
      },
      images: images(index),
    },
  };
}

/** `count` Nodes as the API server would send them, in pages of `chunk`; rendered once. */
export function pagesOf(count: number, chunk: number, now: number): readonly string[] {
  return Array.from({ length: Math.ceil(count / chunk) }, (_, page) => {
    const from = page * chunk;
    const items = Array.from({ length: Math.min(chunk, count - from) }, (__, index) => nodeObject(from + index, now));
    const left = count - from - items.length;
    const metadata = { resourceVersion: '1', ...(left > 0 ? { continue: String(page + 1), remainingItemCount: left } : {}) };
    return JSON.stringify({ kind: 'NodeList', apiVersion: 'v1', metadata, items });
  });
}
