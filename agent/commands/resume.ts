import { AgentError } from '../../lib/errors.ts';
import { PAUSE_FILE } from '../../lib/model/pause-file.ts';
import { isUnavailable } from '../../lib/model/source.ts';
import type { NodeSwitches } from '../../lib/policy/node-switches.ts';
import { parseNodeSwitches } from '../../lib/policy/node-switches.ts';
import { nodeObject } from '../../lib/sources/cluster/node-object.ts';
import { type Command, type CommandContext, EXIT, shared, textOption } from '../command.ts';
import { composeHost } from '../compose.ts';
import { configOf, identityOf } from '../configuration.ts';
import { gatherer } from '../gather.ts';
import { type Lifted, liftPause, pauseWords } from '../pausing.ts';
import { isRoot } from '../person.ts';

function liftedWords(lifted: Lifted): string {
  switch (lifted.kind) {
    case 'none':
      return `${PAUSE_FILE} was not there: nothing was paused by it\n`;
    case 'over':
      return `${PAUSE_FILE} was over already and is removed\n`;
    case 'lifted':
      return `lifted: paused ${pauseWords(lifted.pause)}\n`;
  }
}

type Annotation = { readonly node: string; readonly switches: NodeSwitches } | { readonly why: string } | undefined;

/** The other place in which somebody may have paused this node; undefined: it belongs to no cluster. */
async function annotationOf(options: CommandContext['options']): Promise<Annotation> {
  const config = await configOf(composeHost(), textOption(options, 'config'));
  if (!config.cluster.enabled) return { why: 'the cluster is switched off in the configuration' };
  const host = composeHost(identityOf(config, textOption(options, 'kubeconfig')));
  const [fact, identity] = await Promise.all([gatherer(host).fact(nodeObject), host.clusterIdentity()]);
  if (isUnavailable(fact)) return { why: fact.unavailable };
  if (fact.kind === 'not-joined') return undefined;
  if (fact.kind !== 'found') return { why: fact.kind === 'absent' ? 'the API server knows no such Node' : fact.why };
  const node = identity.kind === 'identity' ? identity.nodeName : '';
  return { node, switches: parseNodeSwitches(fact.value.annotations, host.clock.now()) };
}

function annotationWords(annotation: Annotation): string {
  if (annotation === undefined) return '';
  if ('why' in annotation) return `whether the Node's annotation nodemend.io/pause is set could not be seen: ${annotation.why}\n`;
  const { node, switches } = annotation;
  if (switches.paused === undefined) return '';
  const until = switches.paused.until === undefined ? '' : ` until ${new Date(switches.paused.until).toISOString()}`;
  return `still paused${until}: the Node has the ${switches.paused.reason}; to lift that, too:\n  kubectl annotate node ${node} nodemend.io/pause-\n`;
}

async function run({ options, terminal }: CommandContext): Promise<number> {
  if (!isRoot()) throw new AgentError('PERMISSION_DENIED', `resume removes ${PAUSE_FILE}`);
  terminal.print(liftedWords(await liftPause(PAUSE_FILE, Date.now())));
  terminal.print(annotationWords(await annotationOf(options)));
  return EXIT.ok;
}

export const resume: Command = {
  name: 'resume',
  summary: `lift a pause: removes ${PAUSE_FILE}, and says whether the Node's annotation still pauses`,
  example: 'nodemend resume',
  options: { config: shared.config, kubeconfig: shared.kubeconfig },
  run,
};
