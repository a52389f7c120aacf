import { AgentError } from '../../lib/errors.ts';
import { adviceOf } from '../../lib/failover/advice.ts';
import { GIVABLE, refuseGiven } from '../../lib/failover/given.ts';
import { judgeSettings } from '../../lib/failover/judge.ts';
import { outlookOf } from '../../lib/failover/report.ts';
import type { HostView, IdentityAnswer } from '../../lib/host/host.ts';
import { safeJson } from '../../lib/model/printable.ts';
import { type Command, type CommandContext, EXIT, listOption, type OptionValues, shared } from '../command.ts';
import { nodeOptions } from '../drain/command-line.ts';
import { viewOf } from '../drain/connect.ts';
import { readFailover } from '../failover-facts.ts';
import { gatherer } from '../gather.ts';
import { renderFailover } from '../output/failover.ts';
import { toFailoverReport } from '../output/failover-report.ts';

const invalid = (message: string) => new AgentError('ARGUMENT_INVALID', `failover: ${message}`);

/** `--assume node-monitor-grace-period=20s`: what a person knows of a control plane that cannot be looked at. */
function readGiven(options: OptionValues): Readonly<Record<string, string>> {
  return Object.fromEntries(
    listOption(options, 'assume').map((text) => {
      const [name = '', value = ''] = text.replace(/^--/, '').split('=', 2);
      const refusal = refuseGiven(name, value);
      if (refusal !== undefined) throw invalid(`--assume ${text}: ${refusal}`);
      return [name, value];
    }),
  );
}

const nameIn = (identity: IdentityAnswer): string | undefined => (identity.kind === 'identity' ? identity.nodeName : undefined);

async function hostName(host: HostView): Promise<string> {
  const answer = await host.readFile('/proc/sys/kernel/hostname');
  return answer.kind === 'text' ? answer.text.trim().toLowerCase() : 'this node';
}

async function run(context: CommandContext): Promise<number> {
  const { options, positionals, terminal } = context;
  const [wanted] = positionals;
  if (positionals.length > 1) throw invalid('one NODE at most');
  const given = readGiven(options);
  const { host, isHere } = await viewOf(context, wanted?.trim().toLowerCase());
  const identity = await host.clusterIdentity();
  const node = nameIn(identity) ?? wanted ?? (await hostName(host));
  const asked = { node, isHere, identity: identity.kind === 'identity' ? identity : undefined, given };
  const { facts, asker, silentFor, isKnown, unseen } = await readFailover(host, gatherer(host), asked);
  if (!isKnown) throw invalid(`the cluster has no Node ${node}; name one: nodemend failover NODE`);
  const outlook = outlookOf(facts);
  const report = toFailoverReport({
    node,
    time: new Date(host.clock.now()).toISOString(),
    asker,
    silentFor,
    timing: facts.timing,
    outlook,
    pods: typeof facts.pods === 'string' ? facts.pods : undefined,
    checks: judgeSettings(facts.timing, outlook),
    advice: adviceOf(node, outlook, facts.timing),
    unseen,
  });
  terminal.print(options.json === true ? `${safeJson(report, 2)}\n` : renderFailover(report, terminal));
  return EXIT.ok;
}

export const failover: Command = {
  name: 'failover',
  summary: 'what happens if this node falls silent now: when its pods are given up, who replaces them, and where two may write',
  operands: '[NODE]',
  example:
    'nodemend failover\nnodemend failover worker-3 --context production\nnodemend failover --assume node-monitor-grace-period=20s --json',
  options: {
    assume: {
      type: 'string',
      multiple: true,
      value: 'FLAG=VALUE',
      description: `a flag of a control plane that cannot be looked at (${Object.keys(GIVABLE).slice(0, 2).join(', ')}, …); repeats`,
    },
    json: shared.json,
    kubeconfig: nodeOptions.kubeconfig,
    context: nodeOptions.context,
    config: shared.config,
  },
  run,
};
