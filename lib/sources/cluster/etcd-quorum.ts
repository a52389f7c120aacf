import type { HostView } from '../../host/host.ts';
import type { EtcdQuorum } from '../../model/guard.ts';
import { defineSource } from '../../model/source.ts';
import { KiB, MiB, ms, seconds } from '../../model/units.ts';
import { parseCommandLine } from '../kubelet/kubelet-candidates.ts';
import { flagText, parseFlags } from '../kubelet/kubelet-flags.ts';
import { nodeDaemons } from '../runtime/node-daemons.ts';

const notProved = (why: string): EtcdQuorum => ({ kind: 'not-proved', why });

interface Peers {
  readonly hasLeader: boolean;
  readonly known: number;
  readonly active: number;
}

/** `etcd_network_active_peers{Local="…",Remote="…"} 1`: a connection to each other member (etcd 3.4). */
export function parseEtcdMetrics(text: string): Peers {
  const values = [...text.matchAll(/^etcd_network_active_peers\{[^}]*\} (\S+)$/gm)].map(([, value]) => Number(value));
  return {
    hasLeader: /^etcd_server_has_leader 1$/m.test(text),
    known: values.length,
    active: values.filter((value) => value >= 1).length,
  };
}

/** Whether the others are a majority by themselves. `configured`: members that it was told of when it was first started. */
export function judgeQuorum({ hasLeader, known, active }: Peers, configured: number): EtcdQuorum {
  // A member that was never met has no line of its own, and one that joined later is not in the flag.
  const members = Math.max(known + 1, configured);
  if (members === 1) return notProved('it is the only member of its etcd');
  if (!hasLeader) return notProved('its etcd has no leader');
  const needed = Math.floor(members / 2) + 1;
  if (active >= needed) return { kind: 'kept' };
  return notProved(
    `etcd would lose its quorum: ${active} of the ${members - 1} other members are connected, ${needed} are needed`,
  );
}

async function metricsOf(host: HostView, urls: string): Promise<string | undefined> {
  for (const url of urls.split(',').filter((one) => one.startsWith('http://'))) {
    const answer = await host.httpGet({ url: `${url.replace(/\/+$/, '')}/metrics`, deadline: seconds(2), maxBytes: 2 * MiB });
    if (answer.kind === 'response' && answer.status === 200 && !answer.truncated) return answer.body;
  }
  return undefined;
}

async function quorumOf(host: HostView, pid: number): Promise<EtcdQuorum> {
  const cmdline = await host.readFile(`/proc/${pid}/cmdline`, { maxBytes: 64 * KiB, deadline: ms(500) });
  const flags = parseFlags(cmdline.kind === 'text' ? parseCommandLine(cmdline.text).slice(1) : []);
  const urls = flagText(flags, 'listen-metrics-urls');
  if (urls === undefined) return notProved('etcd has no --listen-metrics-urls to ask for its members');
  const text = await metricsOf(host, urls);
  if (text === undefined) return notProved('etcd did not answer for its metrics');
  const configured = flagText(flags, 'initial-cluster')?.split(',').length ?? 1;
  return judgeQuorum(parseEtcdMetrics(text), configured);
}

/**
 * By the metrics that kubeadm lets etcd serve without TLS on 127.0.0.1:2381; no certificate of etcd's is touched. They do not tell a
 * learner from a voter: in the minutes after a member has joined, one too many is counted.
 */
export const etcdQuorum = defineSource<EtcdQuorum>({
  id: 'etcd-quorum',
  deadline: seconds(4),
  async read(host, { use }) {
    const daemons = (await use(nodeDaemons)).filter(({ name }) => name === 'etcd');
    if (daemons.length === 0) return notProved('etcd does not run here, and its members are not known');
    // A second one may be of some application: which of them is the cluster's is not to be guessed.
    const answers = await Promise.all(daemons.map(({ pid }) => quorumOf(host, pid)));
    return answers.find(({ kind }) => kind === 'not-proved') ?? { kind: 'kept' };
  },
});
