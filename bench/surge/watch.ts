import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

interface Watched {
  readonly type: string;
  readonly object: {
    readonly kind: string;
    readonly metadata: {
      readonly name: string;
      readonly uid: string;
      readonly deletionTimestamp?: string;
      readonly labels?: Readonly<Record<string, string>>;
    };
    readonly status?: {
      readonly readyReplicas?: number;
      readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    };
  };
}

/** By name of the workload. */
export interface Lowest {
  /** Pods that were ready and not going, counted at every event. */
  readonly pods: ReadonlyMap<string, number>;
  /** status.readyReplicas at every event. */
  readonly status: ReadonlyMap<string, number>;
  /** Pods that were made since. */
  readonly made: ReadonlyMap<string, number>;
  /** Seconds for which fewer pods were ready than at the beginning. */
  readonly missing: ReadonlyMap<string, number>;
  readonly events: number;
}

export interface Watch {
  /** Pods that are ready, as far as the watch has told: on a busy machine its first list takes seconds. */
  ready(workload: string): number;
  /** From now on. */
  begin(): void;
  end(): Lowest;
}

const KINDS = ['deployments', 'statefulsets'];

/** Pods and workloads of a namespace, each event as it comes: nothing that lasted is missed by looking too seldom. */
export function watchReady(kubeconfig: string, namespace: string): Watch {
  const ready = new Map<string, Set<string>>();
  const known = new Set<string>();
  const [pods, status, made, missing] = [
    new Map<string, number>(),
    new Map<string, number>(),
    new Map<string, number>(),
    new Map<string, number>(),
  ];
  const short = new Map<string, number>();
  const wanted = new Map<string, number>();
  let [begun, events] = [false, 0];
  const least = (lowest: Map<string, number>, name: string, value: number) =>
    lowest.set(name, Math.min(lowest.get(name) ?? value, value));

  function onPod({ type, object: { metadata, status: of } }: Watched): void {
    const { app = '' } = metadata.labels ?? {};
    const isReady = of?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') === true;
    const set = ready.get(app) ?? new Set();
    ready.set(app, set);
    if (isReady && type !== 'DELETED' && metadata.deletionTimestamp === undefined) set.add(metadata.uid);
    else set.delete(metadata.uid);
    if (begun && !known.has(metadata.uid)) made.set(app, (made.get(app) ?? 0) + 1);
    known.add(metadata.uid);
    if (!begun) return;
    least(pods, app, set.size);
    const [isShort, since] = [set.size < (wanted.get(app) ?? 0), short.get(app)];
    if (isShort && since === undefined) short.set(app, Date.now());
    if (isShort || since === undefined) return;
    missing.set(app, (missing.get(app) ?? 0) + (Date.now() - since) / 1000);
    short.delete(app);
  }

  function onLine(line: string): void {
    const event = JSON.parse(line) as Watched;
    events += 1;
    if (event.object.kind === 'Pod') onPod(event);
    else if (begun) least(status, event.object.metadata.name, event.object.status?.readyReplicas ?? 0);
  }

  const paths = [
    `/api/v1/namespaces/${namespace}/pods?watch=1`,
    ...KINDS.map((kind) => `/apis/apps/v1/namespaces/${namespace}/${kind}?watch=1`),
  ];
  const children: readonly ChildProcess[] = paths.map((path) => {
    const child = spawn('kubectl', [`--kubeconfig=${kubeconfig}`, 'get', '--raw', path], { stdio: ['ignore', 'pipe', 'ignore'] });
    createInterface({ input: child.stdout }).on('line', onLine);
    return child;
  });
  return {
    ready: (name) => ready.get(name)?.size ?? 0,
    begin() {
      begun = true;
      for (const [app, set] of ready) {
        wanted.set(app, set.size);
        least(pods, app, set.size);
      }
    },
    end() {
      for (const child of children) child.kill('SIGKILL');
      for (const [app, since] of short) missing.set(app, (missing.get(app) ?? 0) + (Date.now() - since) / 1000);
      return { pods, status, made, missing, events };
    },
  };
}
