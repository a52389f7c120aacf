import type { Call } from './requests.ts';
import { OTHER, OWN } from './world.ts';

export interface Case {
  readonly does: string;
  /** Undefined: it may; else what the refusal says. */
  readonly refused?: RegExp;
  readonly call: Call;
}

const node = (name: string, sub = '') => `/api/v1/nodes/${name}${sub}?dryRun=All`;
export const patch = (path: string, body: unknown): Call => ({ method: 'PATCH', path, body });
export const OTHERS = /touches its own node alone, and not policy-other/;
const now = new Date().toISOString();
const condition = (type: string, status = 'True') => ({ type, status, reason: 'Bench', message: '', lastHeartbeatTime: now });

export const nodeCases: readonly Case[] = [
  {
    does: 'cordons its Node',
    call: patch(node(OWN), { metadata: { annotations: { 'nodemend.io/cordoned-by': 'agent' } }, spec: { unschedulable: true } }),
  },
  {
    does: 'uncordons it',
    call: patch(node(OWN), { metadata: { annotations: { 'nodemend.io/cordoned-by': null } }, spec: { unschedulable: null } }),
  },
  { does: 'cordons another Node', refused: OTHERS, call: patch(node(OTHER), { spec: { unschedulable: true } }) },
  {
    does: 'annotates another Node',
    refused: OTHERS,
    call: patch(node(OTHER), { metadata: { annotations: { 'nodemend.io/pause': 'true' } } }),
  },
  {
    does: 'reports to its Node',
    call: patch(node(OWN, '/status'), {
      metadata: { annotations: { 'nodemend.io/health': 'Degraded' } },
      status: { conditions: [condition('PLEGUnhealthy')] },
    }),
  },
  {
    does: 'reports to another Node',
    refused: OTHERS,
    call: patch(node(OTHER, '/status'), { status: { conditions: [condition('PLEGUnhealthy')] } }),
  },
  {
    does: 'writes the condition Ready',
    refused: /kubelet's conditions/,
    call: patch(node(OWN, '/status'), { status: { conditions: [condition('Ready')] } }),
  },
  {
    does: 'writes the condition MemoryPressure',
    refused: /kubelet's conditions/,
    call: patch(node(OWN, '/status'), { status: { conditions: [condition('MemoryPressure', 'False')] } }),
  },
  {
    does: 'changes the capacity',
    refused: /conditions alone/,
    call: patch(node(OWN, '/status'), { status: { capacity: { cpu: '400' } } }),
  },
  {
    does: 'changes an address',
    refused: /conditions alone/,
    call: patch(node(OWN, '/status'), { status: { addresses: [{ type: 'InternalIP', address: '10.9.9.9' }] } }),
  },
  { does: 'labels its Node', refused: /neither labels/, call: patch(node(OWN), { metadata: { labels: { zone: 'b' } } }) },
  {
    does: 'labels its Node by way of the status',
    refused: /neither labels/,
    call: patch(node(OWN, '/status'), { metadata: { labels: { 'node-role.kubernetes.io/control-plane': '' } } }),
  },
  {
    does: 'taints its Node',
    refused: /unschedulable alone/,
    call: patch(node(OWN), { spec: { taints: [{ key: 'x', effect: 'NoExecute' }] } }),
  },
  { does: 'sets its providerID', refused: /unschedulable alone/, call: patch(node(OWN), { spec: { providerID: 'aws:///i-1' } }) },
  {
    does: 'adds a finalizer',
    refused: /neither labels/,
    call: patch(node(OWN), { metadata: { finalizers: ['example.com/x'] } }),
  },
  {
    does: 'changes somebody’s annotation',
    refused: /nodemend\.io\/ alone/,
    call: patch(node(OWN), { metadata: { annotations: { 'example.com/owner': 'me' } } }),
  },
  {
    does: 'takes somebody’s annotation away',
    refused: /nodemend\.io\/ alone/,
    call: patch(node(OWN), { metadata: { annotations: { 'example.com/owner': null } } }),
  },
  {
    does: 'writes an annotation of the kubelet',
    refused: /nodemend\.io\/ alone/,
    call: patch(node(OWN), { metadata: { annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' } } }),
  },
  { does: 'deletes its Node', refused: /cannot delete resource/, call: { method: 'DELETE', path: node(OWN) } },
];
