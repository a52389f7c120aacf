import { defineCheck } from '../model/check.ts';
import { parseDrainCondition, type StandingCondition, standsFor } from '../model/drain-condition.ts';
import { type Finding, fault, pass, skip, unknown } from '../model/finding.ts';
import { meetsSelector } from '../model/label-selector.ts';
import { formatDuration } from '../model/quantity.ts';
import { setting } from '../model/setting.ts';
import { type Instant, seconds } from '../model/units.ts';
import { drainConditionMet as problem } from '../problems/drain-condition-met.ts';
import { type NodeObject, nodeObject } from '../sources/cluster/node-object.ts';

const toStanding = ({ conditions }: NodeObject): readonly StandingCondition[] =>
  conditions.map(({ type, status, transitionAt }) => ({
    type,
    status,
    ...(transitionAt === undefined ? {} : { since: transitionAt }),
  }));

function judge(text: string, node: NodeObject, now: Instant): Finding {
  const wanted = parseDrainCondition(text);
  if (wanted === undefined) return unknown(`${text} is no condition`, { subject: text });
  const stood = standsFor(wanted, toStanding(node), now);
  const name = `${wanted.type}=${wanted.status}`;
  if (stood === undefined) return pass(`the Node has no ${name}`, { subject: text });
  if (stood < wanted.lasting) {
    const after = `${formatDuration(stood)}, and counts after ${formatDuration(wanted.lasting)}`;
    return pass(`${name} has stood for ${after}`, { subject: text });
  }
  const found = node.conditions.find(({ type }) => type === wanted.type);
  return fault(problem, 'ConditionStands', `${name} has stood on the Node for ${formatDuration(stood)}`, {
    subject: text,
    since: now - stood,
    evidence: [{ from: `Node condition ${wanted.type}`, excerpt: `${found?.reason ?? ''}: ${found?.message ?? ''}` }],
  });
}

export const drainConditions = defineCheck({
  id: 'drain-conditions',
  title: 'no condition stands on the Node for which the operator wants it drained',
  interval: seconds(30),
  lookAgain: seconds(10),
  sources: { node: nodeObject },
  problems: [problem],
  ofRemedy: 'drain',
  isOff: ({ conditions }) => !Array.isArray(conditions) || conditions.length === 0,
  settings: {
    conditions: setting.strings([], 'of remedies.drain'),
    nodeSelector: setting.strings([], 'of remedies.drain'),
  },
  evaluate({ node }, { now, settings }) {
    const { conditions, nodeSelector } = settings;
    if (conditions.length === 0) return [skip('remedies.drain.conditions names none')];
    if (node.kind === 'not-joined') return [skip(node.why)];
    if (node.kind !== 'found') return [unknown(node.kind === 'absent' ? 'the cluster has no Node of this host' : node.why)];
    const [selector = ''] = nodeSelector;
    if (!meetsSelector(node.value.labels, selector)) return [skip(`the labels of this Node are not ${selector}`)];
    return conditions.map((text) => judge(text, node.value, now - node.skew));
  },
});
