import { AgentError } from '../../lib/errors.ts';
import { safeJson } from '../../lib/model/printable.ts';
import { type Command, type CommandContext, EXIT, shared, textOption } from '../command.ts';
import { composeHost } from '../compose.ts';
import { configOf, identityOf } from '../configuration.ts';
import { previewNode } from '../disk/preview-node.ts';
import { renderReclaim } from '../output/reclaim.ts';
import { isRoot } from '../person.ts';

async function run({ options, terminal }: CommandContext): Promise<number> {
  if (!isRoot()) throw new AgentError('PERMISSION_DENIED', "reclaim looks into the runtime's and other users' directories");
  const config = await configOf(composeHost(), textOption(options, 'config'));
  const host = composeHost(identityOf(config, textOption(options, 'kubeconfig')));
  const filesystems = await previewNode(host, config);
  const time = new Date(host.clock.now()).toISOString();
  const preview = { apiVersion: 'nodemend.io/v1', kind: 'ReclaimPreview', time, filesystems };
  terminal.print(options.json === true ? `${safeJson(preview, 2)}\n` : renderReclaim(filesystems, terminal));
  return EXIT.ok;
}

export const reclaim: Command = {
  name: 'reclaim',
  summary: 'what the remedy reclaim-disk would free on this node, step by step in bytes and inodes; removes nothing',
  example: 'nodemend reclaim\nnodemend reclaim --json',
  options: { json: shared.json, config: shared.config, kubeconfig: shared.kubeconfig },
  run,
};
