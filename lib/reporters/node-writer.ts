import type { ClusterClient } from '../kube/client.ts';
import { judgeWrite, type WriteVerdict } from '../kube/judge-write.ts';
import { type NodeStatus, parseNodeStatus } from '../kube/node-status.ts';
import { type Duration, minutes, seconds } from '../model/units.ts';
import { ANNOTATION } from './annotations.ts';

export type Cluster = Pick<ClusterClient, 'apiGet' | 'apiSend'>;
type ApiAnswer = Awaited<ReturnType<Cluster['apiGet']>>;

export interface NodeWriterOptions {
  readonly cluster: Cluster;
  /** 0..1, for jitter. */
  readonly random: () => number;
  /** Why this Node must not be written: it belongs to another machine. */
  readonly refuse?: (node: unknown) => string | undefined;
  /** The Node as a write answered it: the regular read of annotations and spec. */
  readonly onNode?: (node: unknown, answer: ApiAnswer) => void;
  readonly onWrite?: (result: WriteVerdict['result'] | 'another-machine', why: string) => void;
}

/** The Node at the API server: what it said last, writes of its status, and how long to leave the server alone. */
export interface NodeWriter {
  mayAsk(now: Duration): boolean;
  /** As it was answered last, else as it is read now; undefined: nobody can tell, or it is another machine's. */
  node(name: string, now: Duration): Promise<NodeStatus | undefined>;
  /** False: it is not known to be written, and may have been heard all the same. */
  patch(name: string, body: object, now: Duration): Promise<boolean>;
  /** What was answered last is not believed any more. */
  forget(): void;
}

const DEADLINE = seconds(5);

function whyOf(answer: ApiAnswer): string {
  if (answer.kind === 'failed') return answer.code;
  if (answer.kind === 'untrusted' || answer.kind === 'no-identity') return answer.reason;
  if (answer.kind !== 'response') return answer.kind;
  const { body, status } = answer;
  const message = typeof body === 'object' && body !== null && 'message' in body ? body.message : undefined;
  return typeof message === 'string' ? message.slice(0, 300) : `HTTP ${status}, and the answer is no Node`;
}

const pathOf = (name: string, sub = '') => `/api/v1/nodes/${encodeURIComponent(name)}${sub}`;

export function openNodeWriter(options: NodeWriterOptions): NodeWriter {
  const { cluster, random } = options;
  let server: NodeStatus | undefined;
  let notBefore: Duration = 0;
  let failures = 0;

  /** Takes in an answer, and remembers how long to leave the server alone. */
  function took(answer: ApiAnswer, now: Duration): boolean {
    const { result, wait } = judgeWrite(answer, failures, random);
    const body = answer.kind === 'response' ? answer.body : undefined;
    const node = result === 'written' ? parseNodeStatus(body, ANNOTATION.report) : undefined;
    failures = result === 'written' ? 0 : failures + 1;
    notBefore = now + wait;
    if (result === 'absent') server = undefined;
    if (node === undefined) {
      options.onWrite?.(result === 'written' ? 'failed' : result, whyOf(answer));
      return false;
    }
    server = node;
    options.onNode?.(body, answer);
    const stranger = options.refuse?.(body);
    if (stranger === undefined) return true;
    options.onWrite?.('another-machine', stranger);
    [server, notBefore] = [undefined, now + minutes(5)];
    return false;
  }

  return {
    mayAsk: (now) => now >= notBefore,
    async node(name, now) {
      if (server === undefined) took(await cluster.apiGet({ path: pathOf(name), deadline: DEADLINE }), now);
      return server;
    },
    async patch(name, body, now) {
      const path = pathOf(name, '/status');
      return took(await cluster.apiSend({ method: 'PATCH', path, body: JSON.stringify(body), deadline: DEADLINE }), now);
    },
    forget() {
      server = undefined;
    },
  };
}
