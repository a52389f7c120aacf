import { EVICTION_LABEL } from './eviction-label.ts';
import { FLEET_NAMESPACE, maintenanceLease } from './fleet-lease.ts';

export interface Validation {
  readonly expression: string;
  readonly message: string;
  readonly messageExpression?: string;
}
interface Variable {
  readonly name: string;
  readonly expression: string;
}

const OWN_PREFIX = 'nodemend.io/';
/** Kubernetes' own: what decides where pods run and when they are moved. */
const KUBELETS_CONDITIONS = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable'];
const SPEC = ['taints', 'podCIDR', 'podCIDRs', 'providerID', 'externalID', 'configSource'];
const STATUS = [
  'addresses',
  'allocatable',
  'capacity',
  'config',
  'daemonEndpoints',
  'declaredFeatures',
  'features',
  'images',
  'nodeInfo',
  'phase',
  'runtimeHandlers',
  'volumesAttached',
  'volumesInUse',
];

const lines = (...text: readonly string[]) => text.join('\n');
const same = (path: string) => `object.${path} == oldObject.${path}`;
const sameOf = (parent: string, fields: readonly string[]) => fields.map((field) => same(`?${parent}.?${field}`)).join(' &&\n');
const resource = (name: string, subResource = '') =>
  `(request.resource.resource == '${name}' && variables.sub == '${subResource}')`;

/** The node that a request is about; of a workload, which has none, the own one. */
const ABOUT = lines(
  "request.resource.resource == 'nodes' ? request.name :",
  // When a group's last drain began is no node's own: every agent that drains writes it.
  "request.resource.resource == 'leases' ? (variables.lease.startsWith('drain-buffer') ? variables.node : variables.ofNode) :",
  "request.resource.resource == 'events' ? (object.involvedObject.kind == 'Node' ? object.involvedObject.name : '') :",
  `${resource('pods')} ? oldObject.?spec.?nodeName.orValue('') : variables.node`,
);

const annotations = (which: string) => `${which}.?metadata.?annotations.orValue({})`;

const LEASE = "request.resource.resource != 'leases' ? '' : request.operation == 'CREATE' ? object.metadata.name : request.name";

const MAINTENANCE = maintenanceLease('');
const OF_NODE = `variables.lease.startsWith('${MAINTENANCE}') ? variables.lease.substring(${MAINTENANCE.length}) : variables.lease`;

const VARIABLES: readonly Variable[] = [
  // The field is left out where there is none.
  { name: 'sub', expression: "request.?subResource.orValue('')" },
  { name: 'lease', expression: LEASE },
  { name: 'ofNode', expression: OF_NODE },
  { name: 'about', expression: ABOUT },
  { name: 'changesNode', expression: "request.resource.resource == 'nodes' && request.operation == 'UPDATE'" },
];

const PROOF: Validation = {
  expression: "variables.node != ''",
  message:
    'this identity does not prove which node it is: a ServiceAccount nodemend-NODE, a certificate for nodemend:NODE, or a token bound to a Node does',
};

const WHAT: readonly Validation[] = [
  {
    expression: "request.resource.resource != 'nodes' || request.operation == 'UPDATE'",
    message: 'an agent neither makes nor deletes a Node',
  },
  {
    expression: lines(
      '!variables.changesNode || (',
      [...['labels', 'finalizers', 'ownerReferences'].map((field) => same(`?metadata.?${field}`))].join(' &&\n'),
      ')',
    ),
    message: 'an agent changes neither labels nor finalizers nor owners of a Node',
  },
  {
    expression: lines(
      '!variables.changesNode || (',
      `${annotations('object')}.all(k, k.startsWith('${OWN_PREFIX}') ||`,
      `  (k in ${annotations('oldObject')} && ${annotations('object')}[k] == ${annotations('oldObject')}[k])) &&`,
      `${annotations('oldObject')}.all(k, k.startsWith('${OWN_PREFIX}') || k in ${annotations('object')}))`,
    ),
    message: `of the annotations of a Node an agent writes ${OWN_PREFIX} alone`,
  },
  {
    expression: lines("!variables.changesNode || variables.sub != '' || (", sameOf('spec', SPEC), ')'),
    message: "of a Node's spec an agent changes unschedulable alone",
  },
  {
    expression: lines("!variables.changesNode || variables.sub != 'status' || (", sameOf('status', STATUS), ')'),
    message: "of a Node's status an agent changes conditions alone",
  },
  {
    expression: lines(
      "!variables.changesNode || variables.sub != 'status' ||",
      `[${KUBELETS_CONDITIONS.map((type) => `'${type}'`).join(', ')}].all(t,`,
      '  object.?status.?conditions.orValue([]).filter(c, c.type == t) ==',
      '  oldObject.?status.?conditions.orValue([]).filter(c, c.type == t))',
    ),
    message: "an agent does not write the kubelet's conditions",
  },
  {
    expression: `request.resource.resource != 'leases' || request.namespace == '${FLEET_NAMESPACE}'`,
    message: `an agent writes Leases in the namespace ${FLEET_NAMESPACE} alone`,
  },
  {
    expression: lines(
      `!${resource('pods', 'eviction')} ||`,
      Object.entries(EVICTION_LABEL)
        .map(([name, value]) => `object.?metadata.?labels[?'${name}'].orValue('') == '${value}'`)
        .join(' && '),
    ),
    message: `an agent's eviction has the label ${Object.entries(EVICTION_LABEL).flat().join('=')}`,
  },
  {
    expression: lines(
      "request.resource.group != 'apps' || (",
      [
        ...['ownerReferences', 'labels', 'finalizers'].map((field) => same(`?metadata.?${field}`)),
        same('spec.?selector'),
        same('spec.template.spec'),
        same('spec.template.?metadata.?labels'),
        same('spec.?volumeClaimTemplates'),
      ].join(' &&\n'),
      ')',
    ),
    message: 'an agent scales or restarts a workload, and does not change what runs in it',
  },
];

/** `shared`: who proves no node may touch every node, in the same narrow way. */
export function rulesOfPolicy(shared: boolean): {
  readonly variables: readonly Variable[];
  readonly validations: readonly Validation[];
} {
  const own: Validation = {
    expression: `${shared ? "variables.node == '' || " : ''}variables.about == variables.node`,
    message: 'an agent touches its own node alone',
    messageExpression: "'the agent of ' + variables.node + ' touches its own node alone, and not ' + variables.about",
  };
  return { variables: VARIABLES, validations: [...(shared ? [] : [PROOF]), own, ...WHAT] };
}
