import type { AgentConfig } from '../lib/config/schema.ts';
import type { IdentityAnswer } from '../lib/host/host.ts';
import { leasePath } from '../lib/kube/fleet-lease.ts';
import { seconds } from '../lib/model/units.ts';
import { isKubeletIdentity } from '../lib/sources/cluster/cluster-identity.ts';
import { EXIT } from './command.ts';
import type { Node } from './compose.ts';
import { retireDrain } from './drain-remedy/retire.ts';
import { leftOnNode } from './left-on-node.ts';
import { composeReporters } from './reporters.ts';
import type { Terminal } from './terminal.ts';
import { version } from './version.ts';

const ATTEMPTS = 3;
const PAUSE = seconds(2);

/** What was written is still there: EX_TEMPFAIL, install.sh's own status for it. */
const LEFT = 75;

interface Refusal {
  readonly result?: unknown;
  readonly why?: unknown;
}

/** Of a Node that is gone nothing is left; of one that is another machine's nothing is ours. */
const NOTHING_LEFT: Readonly<Record<string, string>> = {
  absent: 'the Node is gone, and with it what was written there',
  'another-machine': 'the Node is another machine’s, and is left alone',
};

async function dropLease({ cluster }: Node, identity: IdentityAnswer): Promise<void> {
  // What is refused here is gone in ten minutes by itself.
  if (identity.kind !== 'identity' || isKubeletIdentity(identity)) return;
  await cluster.apiSend({ method: 'DELETE', path: leasePath(identity.nodeName), body: '', deadline: PAUSE });
}

async function sayLeft({ host }: Node, config: AgentConfig, { identity, why }: { identity: IdentityAnswer; why: string }) {
  const name = identity.kind === 'identity' ? identity.nodeName : undefined;
  const lines = await leftOnNode(host, config, name);
  return [`what was written to the Node could not be taken back: ${why}`, ...lines].map((line) => `nodemend: ${line}\n`).join('');
}

/** Takes back from the Node what the agent wrote, its own conditions and annotations alone: nobody would keep them true. */
export async function retire(node: Node, config: AgentConfig, terminal: Terminal): Promise<number> {
  const { host, cluster } = node;
  const identity = await cluster.clusterIdentity();
  if (!config.cluster.enabled || identity.kind === 'none') {
    terminal.print('nothing was written: this host reports to no cluster\n');
    return EXIT.ok;
  }
  const refusals: Refusal[] = [];
  const keep = (fields: Refusal) => void refusals.push(fields);
  const log = { info: keep, warn: keep, error: keep };
  await dropLease(node, identity);
  if (identity.kind === 'identity') {
    const { stateDirectory } = config;
    const left = await retireDrain({ ...node, stateDirectory, node: identity.nodeName });
    if (left !== undefined) terminal.warn(`nodemend: ${left}\n`);
  }
  const { nodeStatus } = await composeReporters({ node, config, version, log, random: Math.random });
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    if (await nodeStatus.withdraw()) {
      terminal.print('conditions and annotations were taken back from the Node\n');
      return EXIT.ok;
    }
    const nothing = NOTHING_LEFT[String(refusals.at(-1)?.result)];
    if (nothing !== undefined) {
      terminal.print(`${nothing}\n`);
      return EXIT.ok;
    }
    if (attempt < ATTEMPTS) await host.clock.sleep(PAUSE);
  }
  const said = refusals.map(({ why }) => String(why ?? '')).find((why) => why !== '') ?? 'the API server did not answer';
  terminal.warn(await sayLeft(node, config, { identity, why: identity.kind === 'unusable' ? identity.reason : said }));
  return LEFT;
}
