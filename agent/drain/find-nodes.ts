import type { Failure } from '../../lib/drain/failure.ts';
import type { Node } from '../../lib/drain/objects.ts';
import { AgentError } from '../../lib/errors.ts';
import { type CommandContext, textOption } from '../command.ts';
import type { ClusterPods } from './cluster-pods.ts';
import { selectorOf } from './command-line.ts';
import { thisNode } from './connect.ts';

export type FoundNodes =
  | { readonly kind: 'found'; readonly nodes: readonly Node[] }
  | { readonly kind: 'failed'; readonly message: string };

/** As kubectl words what the server refused. */
const worded = ({ code, reason, message }: Failure) =>
  code === undefined ? message : `Error from server${reason === '' ? '' : ` (${reason})`}: ${message}`;

async function named(cluster: ClusterPods, names: readonly string[]): Promise<FoundNodes> {
  const nodes: Node[] = [];
  for (const name of new Set(names)) {
    const node = await cluster.node(name);
    // One that is not there: nothing is begun with the others either.
    if (!node.ok) return { kind: 'failed', message: worded(node.failure) };
    nodes.push(node.value);
  }
  return { kind: 'found', nodes };
}

/** Throws where the words contradict each other; before anything is asked of the cluster. */
export function checkOperands({ options, positionals }: CommandContext, command: string): void {
  const selector = selectorOf(options, 'selector', command);
  if (selector !== '' && positionals.length > 0) {
    throw new AgentError('ARGUMENT_INVALID', `${command}: cannot specify both a node name and a --selector option`);
  }
}

/** The nodes a command is about: by name, by label, or this host's own. */
export async function findNodes(cluster: ClusterPods, context: CommandContext): Promise<FoundNodes> {
  const { options, positionals } = context;
  const selector = textOption(options, 'selector') ?? '';
  if (selector === '') return await named(cluster, positionals.length > 0 ? positionals : [await thisNode(context)]);
  const listed = await cluster.nodes({ selector, chunkSize: 500 });
  return listed.ok ? { kind: 'found', nodes: listed.value } : { kind: 'failed', message: worded(listed.failure) };
}
