import { setTimeout } from 'node:timers/promises';
import type { AgentConfig } from '../lib/config/schema.ts';
import { leasePath } from '../lib/kube/fleet-lease.ts';
import { seconds } from '../lib/model/units.ts';
import { isKubeletIdentity } from '../lib/sources/cluster/cluster-identity.ts';
import { EXIT } from './command.ts';
import type { Node } from './compose.ts';
import { retireDrain } from './drain-remedy/retire.ts';
import { composeReporters } from './reporters.ts';
import type { Terminal } from './terminal.ts';
import { version } from './version.ts';

const ATTEMPTS = 3;
const PAUSE = seconds(2);

/** Takes back from the Node what the agent wrote, its own conditions and annotations alone: nobody would keep them true. */
export async function retire(node: Node, config: AgentConfig, terminal: Terminal): Promise<number> {
  const identity = await node.cluster.clusterIdentity();
  if (!config.cluster.enabled || identity.kind === 'none') {
    terminal.print('nothing was written: this host reports to no cluster\n');
    return EXIT.ok;
  }
  const refusals: string[] = [];
  const keep = (fields: Readonly<Record<string, unknown>>) => refusals.push(String(fields.why ?? ''));
  const log = { info: keep, warn: keep, error: keep };
  // What is refused here is gone in ten minutes by itself.
  if (identity.kind === 'identity' && !isKubeletIdentity(identity)) {
    await node.cluster.apiSend({ method: 'DELETE', path: leasePath(identity.nodeName), body: '', deadline: PAUSE });
  }
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
    if (attempt < ATTEMPTS) await setTimeout(PAUSE);
  }
  const why = identity.kind === 'unusable' ? identity.reason : refusals.find((refusal) => refusal !== '');
  terminal.warn(`nodemend: what was written to the Node could not be taken back: ${why ?? 'the API server did not answer'}\n`);
  return EXIT.internal;
}
