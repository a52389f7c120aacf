export interface NodeEvent {
  readonly node: string;
  readonly name: string;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** RFC 3339, whole seconds. */
  readonly time: string;
}

/** An event about the Node as the kubelet writes its own: in the namespace default, with the Node's name as uid, where `kubectl describe` looks. */
export function nodeEvent({ node, name, type, reason, message, time }: NodeEvent): object {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace: 'default' },
    involvedObject: { kind: 'Node', name: node, uid: node },
    reason,
    message,
    type,
    source: { component: 'nodemend', host: node },
    reportingComponent: 'nodemend',
    reportingInstance: node,
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  };
}
