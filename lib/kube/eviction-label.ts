/** On every eviction that nodemend sends: an admission policy may then look at these alone (lib/kube/node-policy.ts). */
export const EVICTION_LABEL = { 'app.kubernetes.io/managed-by': 'nodemend' } as const;
