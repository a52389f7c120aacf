import { safeJson } from '../../lib/model/printable.ts';
import { HEALTH_STATUS } from '../../lib/policy/health.ts';
import { type Command, type CommandContext, listOption, shared, textOption } from '../command.ts';
import { composeHost } from '../compose.ts';
import { examine } from '../examine.ts';
import { renderDoctor } from '../output/doctor.ts';
import { version } from '../version.ts';

async function run({ options, terminal }: CommandContext): Promise<number> {
  const kubeconfig = textOption(options, 'kubeconfig');
  const host = composeHost(kubeconfig === undefined ? {} : { kubeconfig });
  const only = listOption(options, 'only');
  const report = await examine(host, { only, version });
  terminal.print(options.json === true ? `${safeJson(report, 2)}\n` : renderDoctor(report, terminal));
  return HEALTH_STATUS[report.health];
}

export const doctor: Command = {
  name: 'doctor',
  summary: 'one look at this node: what is wrong, why, what would be done, what to type',
  example: 'nodemend doctor\nnodemend doctor --only container-runtime,pleg-health --json',
  options: {
    only: { type: 'string', multiple: true, value: 'NAME,…', description: 'these checks alone' },
    json: shared.json,
    kubeconfig: shared.kubeconfig,
    config: shared.config,
  },
  run,
};
