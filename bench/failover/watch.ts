import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** What the API server said, at the moment it was said. */
export interface Seen {
  readonly at: number;
  readonly type: string;
  readonly object: KubeObject;
}

export interface KubeObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly namespace?: string;
    readonly deletionTimestamp?: string;
    readonly ownerReferences?: readonly { readonly uid: string; readonly name: string }[];
  };
  readonly spec?: {
    readonly nodeName?: string;
    readonly renewTime?: string;
    readonly taints?: readonly { readonly key: string; readonly effect: string }[];
  };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly lastHeartbeatTime?: string }[];
  };
}

/** A watch at full rate; what was before it is told first, as ADDED. */
function watch(kubeconfig: string, path: string, seen: Seen[]): ChildProcess {
  const child = spawn('kubectl', [`--kubeconfig=${kubeconfig}`, 'get', '--raw', path], { stdio: ['ignore', 'pipe', 'ignore'] });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const at = Date.now();
    try {
      seen.push({ at, ...(JSON.parse(line) as Omit<Seen, 'at'>) });
    } catch {
      // The last line of a watch that was ended.
    }
  });
  return child;
}

/** Node, Lease and pods, until `end` is called. */
export function watchAll(kubeconfig: string, node: string): { readonly seen: readonly Seen[]; end(): void } {
  const seen: Seen[] = [];
  const children = [
    `/api/v1/nodes?watch=1&fieldSelector=metadata.name%3D${node}`,
    `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases?watch=1&fieldSelector=metadata.name%3D${node}`,
    '/api/v1/namespaces/default/pods?watch=1',
  ].map((path) => watch(kubeconfig, path, seen));
  return {
    seen,
    end() {
      for (const child of children) child.kill('SIGKILL');
    },
  };
}
