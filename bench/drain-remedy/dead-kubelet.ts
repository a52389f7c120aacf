import { createServer } from 'node:net';
import { waitFor } from '../../test/lab/wait.ts';
import { configOf, type Ground, startAgent, untilStage } from './ground.ts';
import { fillNode, kubectl } from './pods.ts';

/** The writer says who it is, ten times a second; who hears two at once hears a second writer. */
const PORT = 17_777;
const NAME = 'writer';

function writer(gateway: string): object {
  const labels = { app: NAME };
  const say = `trap "" TERM; while true; do echo "$(hostname) $POD" | nc -w 1 ${gateway} ${PORT}; sleep 0.1; done`;
  const env = [{ name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.uid' } } }];
  const container = { name: 'main', image: 'busybox:lab', imagePullPolicy: 'Never', command: ['/bin/sh', '-c', say], env };
  const template = {
    metadata: { labels },
    spec: { hostNetwork: true, terminationGracePeriodSeconds: 5, containers: [container] },
  };
  const spec = { serviceName: NAME, replicas: 1, selector: { matchLabels: labels }, template };
  return { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: NAME }, spec };
}

interface Word {
  readonly at: number;
  readonly uid: string;
}

function listen(gateway: string): Promise<{ readonly words: Word[]; close(): void }> {
  const words: Word[] = [];
  const server = createServer((socket) => {
    socket.on('data', (data) => words.push({ at: performance.now(), uid: String(data).trim().split(' ').at(-1) ?? '' }));
    socket.on('error', () => undefined);
  });
  const { promise, resolve } = Promise.withResolvers<{ readonly words: Word[]; close(): void }>();
  server.listen(PORT, gateway, () => resolve({ words, close: () => server.close() }));
  return promise;
}

export interface DeadKubelet {
  readonly broken: readonly string[];
  /** Between the last word of the old writer and the first of the new one, ms. */
  readonly gap: number;
}

/** A StatefulSet's pod on a node whose kubelet is gone, or stopped in its tracks: its next life begins when this one is proved to be over. */
export async function deadKubelet(ground: Ground, line: string, how: 'stopped' | 'hung'): Promise<DeadKubelet> {
  const { lab, host, other, kernel } = ground;
  if (other === undefined) throw new Error('two nodes are needed: lab up --nodes 2');
  await fillNode(ground);
  await kubectl(lab, 'cordon', other.name);
  const heard = await listen(lab.gateway);
  try {
    const applied = await lab.kubectl(['apply', '-n', 'default', '-f', '-'], { input: JSON.stringify(writer(lab.gateway)) });
    if (applied.code !== 0) throw new Error(applied.stderr);
    const first = await waitFor('the writer', async () => heard.words.at(-1)?.uid, { timeoutMs: 60_000 });
    await kubectl(lab, 'uncordon', other.name);
    const config = configOf(
      'buffer: 10s, evictStatefulSetPods: true, deadKubelet: true',
      '  restart-kubelet: { enabled: false }\n',
    );
    await startAgent(ground, config.replace('maxGracePeriod: 30s', 'maxGracePeriod: 3m'));
    await host.sh(how === 'stopped' ? 'systemctl stop kubelet' : 'systemctl kill -s STOP --kill-who=main kubelet');
    kernel.say(line);
    const record = await untilStage(ground, ['ended'], 400_000);
    const next = await waitFor('the next writer', async () => heard.words.find(({ uid }) => uid !== first), {
      timeoutMs: 90_000,
    });
    const last = heard.words.findLast(({ uid }) => uid === first)?.at ?? 0;
    await new Promise((resolve) => setTimeout(resolve, 5000));
    const late = heard.words.filter(({ uid, at }) => uid === first && at > next.at).length;
    const rules: readonly (readonly [boolean, string])[] = [
      [record.ending?.outcome === 'succeeded', `it ended as ${JSON.stringify(record.ending)}`],
      [next.at > last, 'two writers at once'],
      [late === 0, `${late} words of the old writer after the first of the new one`],
    ];
    return { broken: rules.flatMap(([holds, what]) => (holds ? [] : [what])), gap: next.at - last };
  } finally {
    heard.close();
    await host.sh('systemctl kill -s CONT --kill-who=main kubelet; systemctl start kubelet; true');
    await lab.kubectl(['delete', 'statefulset', NAME, '-n', 'default']);
    await waitFor(
      'the kubelet',
      async () => {
        const { code } = await lab.kubectl(['wait', '--for=condition=Ready', `node/${host.name}`, '--timeout=5s']);
        return code === 0 ? true : undefined;
      },
      { timeoutMs: 180_000 },
    );
  }
}
