import type { Lab } from '../../test/lab/lab.ts';
import { waitFor } from '../../test/lab/wait.ts';
import type { Ground } from './ground.ts';

export async function kubectl(lab: Lab, ...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await lab.kubectl(words, { timeoutMs: 120_000 });
  if (code !== 0) throw new Error(`kubectl ${words.join(' ')}: ${stderr}`);
  return stdout;
}

const container = { name: 'main', image: 'busybox:lab', imagePullPolicy: 'Never', command: ['/bin/sh', '-c'] };
const LIVES = ['trap "exit 0" TERM; while true; do sleep 0.2; done'];

function workload(kind: 'Deployment' | 'DaemonSet', name: string, replicas?: number): object {
  const labels = { app: name };
  const template = {
    metadata: { labels },
    spec: { hostNetwork: true, terminationGracePeriodSeconds: 10, containers: [{ ...container, args: LIVES }] },
  };
  const wanted = { selector: { matchLabels: labels }, template, ...(replicas === undefined ? {} : { replicas }) };
  return { apiVersion: 'apps/v1', kind, metadata: { name, labels }, spec: wanted };
}

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
    readonly spec: { readonly nodeName?: string };
    readonly status: { readonly phase: string };
  }[];
}

export async function podsOn(lab: Lab, node: string, app?: string): Promise<PodList['items']> {
  const selector = app === undefined ? [] : ['-l', `app=${app}`];
  const query = ['get', 'pods', '-n', 'default', ...selector, `--field-selector=spec.nodeName=${node}`];
  return ((await lab.kubectlJson(query)) as PodList).items;
}

const COUNT = 4;

/** All pods of a Deployment on the first node, beside one of a DaemonSet; both nodes open. */
export async function fillNode({ lab, host, other }: Ground): Promise<readonly string[]> {
  for (const one of lab.hosts) await kubectl(lab, 'uncordon', one.name);
  await kubectl(lab, 'annotate', 'node', host.name, 'nodemend.io/cordoned-by-', 'nodemend.io/moved-for-');
  await kubectl(
    lab,
    'delete',
    'deployment,statefulset,pod',
    '--all',
    '-n',
    'default',
    '--wait=true',
    '--grace-period=1',
    '--ignore-not-found',
  );
  if (other !== undefined) await kubectl(lab, 'cordon', other.name);
  const items = [workload('Deployment', 'web', COUNT), workload('DaemonSet', 'everywhere')];
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const applied = await lab.kubectl(['apply', '-n', 'default', '-f', '-'], { input });
  if (applied.code !== 0) throw new Error(applied.stderr);
  const names = await waitFor(
    'the pods on the first node',
    async () => {
      const all = await podsOn(lab, host.name);
      const running = all.filter(
        ({ metadata, status }) => status.phase === 'Running' && metadata.deletionTimestamp === undefined,
      );
      return running.length >= COUNT + 1 ? running.map(({ metadata }) => metadata.name) : undefined;
    },
    { timeoutMs: 120_000, everyMs: 500 },
  );
  if (other !== undefined) await kubectl(lab, 'uncordon', other.name);
  return names.filter((name) => name.startsWith('web-'));
}
