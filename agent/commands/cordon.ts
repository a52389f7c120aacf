import { hostname } from 'node:os';
import { systemClock } from '../../lib/host/local.ts';
import type { CordonOwner } from '../../lib/model/cordon.ts';
import { type Command, type CommandContext, EXIT } from '../command.ts';
import { dryRunOf, nodeOptions } from '../drain/command-line.ts';
import { connect } from '../drain/connect.ts';
import { setCordon } from '../drain/cordon.ts';
import { checkOperands, findNodes } from '../drain/find-nodes.ts';
import { surgeIdentity } from '../drain/surge/identity.ts';
import { undoSurges } from '../drain/surge/undo-surges.ts';
import { voiceOf } from '../drain/voice.ts';
import { whoAmI } from '../person.ts';

/** Stands in the Node's annotation: whose cordon it is. */
export function personOwner(command: string): CordonOwner {
  return { kind: 'person', who: `${whoAmI()} on ${hostname()} with nodemend ${command}`, at: Date.now() };
}

export async function runCordon(context: CommandContext, command: 'cordon' | 'uncordon'): Promise<number> {
  const { options, terminal } = context;
  const dryRun = dryRunOf(options, command);
  checkOperands(context, command);
  const voice = voiceOf(terminal, { json: options.json === true, dryRun, clock: systemClock });
  const { cluster, note, workloads } = await connect(context);
  if (note !== undefined) voice.tell({ event: 'note', message: note });
  const found = await findNodes(cluster, context);
  if (found.kind === 'failed') {
    terminal.warn(`${found.message}\n`);
    return EXIT.refused;
  }
  if (found.nodes.length === 0) voice.tell({ event: 'note', message: 'no node has these labels' });
  const cordoning = { cluster, tell: voice.tell, dryRun, owner: personOwner(command) };
  let status: number = EXIT.ok;
  for (const node of found.nodes) {
    if (!(await setCordon(node, command === 'cordon', cordoning))) status = EXIT.refused;
  }
  const nodes = found.nodes.map(({ metadata }) => metadata.name);
  if (command === 'uncordon' && nodes.length > 0) {
    const who = surgeIdentity(command);
    const isClean = await undoSurges({ cluster, workloads, who, nodes, clock: systemClock, tell: voice.tell, dryRun });
    if (!isClean) status = EXIT.refused;
  }
  return status;
}

export const cordon: Command = {
  name: 'cordon',
  summary: 'keep new pods away from a node, as kubectl cordon; without NODE from this host',
  operands: '[NODE…]',
  example: 'nodemend cordon web-1\nnodemend cordon -l pool=blue --dry-run=server',
  options: nodeOptions,
  run: (context) => runCordon(context, 'cordon'),
};
