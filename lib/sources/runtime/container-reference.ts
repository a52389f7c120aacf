import { toObject } from '../../model/json.ts';
import { printable } from '../../model/printable.ts';

/** A container and the pod it belongs to, by the labels that every kubelet sets. */
export interface ContainerReference {
  readonly id: string;
  /** Container name of the pod; `POD` for a sandbox; docker's own name where there is no pod. */
  readonly name: string;
  readonly pod?: string;
  readonly namespace?: string;
  /** Under CRI: what the shim that holds it is named after. */
  readonly sandbox?: string;
  /** As the runtime says it: `running`, `exited`, `CONTAINER_RUNNING`. */
  readonly state: string;
}

/** A name of Kubernetes has at most this; a label of docker may hold anything. */
const LONGEST = 253;

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? printable(value, LONGEST) : undefined);

export function toReference(id: string, state: string, labels: unknown, name: string, sandbox?: string): ContainerReference {
  const of = toObject(labels);
  const pod = text(of['io.kubernetes.pod.name']);
  const namespace = text(of['io.kubernetes.pod.namespace']);
  return {
    id,
    state,
    name: text(of['io.kubernetes.container.name']) ?? text(name) ?? '',
    ...(pod === undefined ? {} : { pod }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(sandbox === undefined ? {} : { sandbox }),
  };
}

/** `namespace/pod/container`, or what is known of it: the subject of a problem. */
export function describeReference({ id, name, pod, namespace }: ContainerReference): string {
  if (pod === undefined) return name === '' ? id.slice(0, 12) : name;
  return `${namespace ?? ''}/${pod}/${name}`;
}
