import type { Manifest } from '../../lib/kube/manifest.ts';
import { type RbacOptions, rbacManifests } from '../../lib/kube/rbac.ts';
import { type Ask, must } from './requests.ts';

/** Nodes that nobody runs: only their objects are asked about. */
export const OWN = 'policy-own';
export const OTHER = 'policy-other';
export const NAMESPACE = 'policy-bench';
export const CROWD = 'policy-crowd';

const PLURAL: Readonly<Record<string, string>> = {
  Namespace: 'namespaces',
  ServiceAccount: 'serviceaccounts',
  Secret: 'secrets',
  ClusterRole: 'clusterroles',
  ClusterRoleBinding: 'clusterrolebindings',
  Role: 'roles',
  RoleBinding: 'rolebindings',
  ValidatingAdmissionPolicy: 'validatingadmissionpolicies',
  ValidatingAdmissionPolicyBinding: 'validatingadmissionpolicybindings',
};

function pathOf({ apiVersion, kind, metadata: { name, namespace } }: Manifest): string {
  const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  const where = namespace === undefined ? '' : `/namespaces/${namespace}`;
  return `${root}${where}/${PLURAL[kind]}/${encodeURIComponent(name)}`;
}

/** As `nodemend rbac | kubectl apply -f -`. */
export async function apply(admin: Ask, options: Partial<RbacOptions> & Pick<RbacOptions, 'subject'>): Promise<void> {
  const whole = { drain: true, surge: true, deletePods: true, token: false, policy: true, ...options };
  for (const manifest of rbacManifests(whole)) {
    const { why: _, rules, ...fields } = manifest;
    const body = { ...fields, ...(rules === undefined ? {} : { rules: rules.map(({ why: __, ...rule }) => rule) }) };
    await must(admin, {
      method: 'PATCH',
      path: `${pathOf(manifest)}?fieldManager=bench&force=true`,
      body,
      type: 'apply-patch',
    });
  }
}

const pod = (name: string, nodeName: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: 'bench' } },
  spec: { nodeName, automountServiceAccountToken: false, containers: [{ name: 'app', image: 'none' }] },
});

async function make(admin: Ask, path: string, body: { readonly metadata: { readonly name: string } }): Promise<void> {
  const { status, body: said } = await admin({ method: 'POST', path, body });
  if (status >= 300 && status !== 409) throw new Error(`${path}: ${status} ${JSON.stringify(said)}`);
}

async function makeNamespace(admin: Ask, name: string): Promise<void> {
  await make(admin, '/api/v1/namespaces', { metadata: { name } });
  await make(admin, `/api/v1/namespaces/${name}/serviceaccounts`, { metadata: { name: 'default' } });
}

/** Two nodes, a pod on each, a workload, and a Lease of each. */
export async function makeWorld(admin: Ask): Promise<void> {
  for (const name of [OWN, OTHER]) {
    const metadata = { name, labels: { zone: 'a' }, annotations: { 'example.com/owner': 'storage' } };
    await make(admin, '/api/v1/nodes', { metadata });
    const conditions = [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: '' }];
    await must(admin, {
      method: 'PATCH',
      path: `/api/v1/nodes/${name}/status`,
      body: { status: { conditions, capacity: { cpu: '4' }, allocatable: { cpu: '4' } } },
    });
  }
  await makeNamespace(admin, NAMESPACE);
  for (const node of [OWN, OTHER]) await make(admin, `/api/v1/namespaces/${NAMESPACE}/pods`, pod(`on-${node}`, node));
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'none' }] } };
  const spec = { replicas: 0, selector: { matchLabels: { app: 'web' } }, template };
  const workload = (name: string) => ({ metadata: { name }, spec });
  await make(admin, `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`, workload('web'));
  // One that no Deployment owns.
  await make(admin, `/apis/apps/v1/namespaces/${NAMESPACE}/replicasets`, workload('bare'));
  await make(admin, `/apis/apps/v1/namespaces/${NAMESPACE}/statefulsets`, workload('db'));
  for (const node of [OWN, OTHER]) {
    const lease = { metadata: { name: node }, spec: { holderIdentity: node } };
    await make(admin, '/apis/coordination.k8s.io/v1/namespaces/nodemend/leases', lease);
  }
}

/** Many pods in one namespace: what an eviction costs where each of them is a parameter. */
export async function makeCrowd(admin: Ask, count: number): Promise<void> {
  await makeNamespace(admin, CROWD);
  const path = `/api/v1/namespaces/${CROWD}/pods`;
  for (let from = 0; from < count; from += 20) {
    const some = Array.from({ length: Math.min(20, count - from) }, (_, index) => pod(`p-${from + index}`, OWN));
    await Promise.all(some.map((one) => make(admin, path, one)));
  }
}

export async function removeWorld(admin: Ask): Promise<void> {
  for (const name of [NAMESPACE, CROWD]) await admin({ method: 'DELETE', path: `/api/v1/namespaces/${name}` });
  for (const name of [NAMESPACE, CROWD]) {
    await admin({ method: 'DELETE', path: `/api/v1/namespaces/${name}/pods?gracePeriodSeconds=0` });
  }
  for (const name of [OWN, OTHER]) await admin({ method: 'DELETE', path: `/api/v1/nodes/${name}` });
}
