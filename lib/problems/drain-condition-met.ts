import { defineProblem } from '../model/problem.ts';

export const drainConditionMet = defineProblem({
  type: 'DrainConditionMet',
  title: 'a condition stands on the Node for which the operator wants it drained',
  meaning:
    'The operator named conditions in remedies.drain.conditions, as Draino had them on its command line, and one of them has stood for long enough. What the condition itself means is its writer’s to say: the kubelet’s, node-problem-detector’s, or this agent’s.',
  detection:
    'Type and status of the Node’s conditions, and the time since lastTransitionTime by the API server’s clock; looked at every 30 s, and again with each write of the report. Nodes that remedies.drain.nodeSelector does not select are left alone.',
  advice: [
    { text: 'See the condition and who wrote it', command: 'kubectl describe node NODE' },
    { text: 'Move the work away by hand', command: 'nodemend drain NODE --ignore-daemonsets' },
  ],
  settings: ['remedies.drain.conditions', 'remedies.drain.nodeSelector', 'remedies.drain.enabled'],
  ladder: ['drain'],
  reasons: {
    ConditionStands: { severity: 'notice', description: 'A condition of the operator’s list has stood for its time' },
  },
});
