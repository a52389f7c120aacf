import { defineProblem } from '../model/problem.ts';

export const nodeOvercommitted = defineProblem({
  type: 'NodeOvercommitted',
  title: 'the pods of this node were promised more than it has',
  meaning:
    'Limits above what the node has are usual, and a promise that cannot be kept for all at once: under load pods are throttled, or killed for memory. Requests above it mean that what the scheduler relied on is not there.',
  detection:
    'The sum of the effective requests and limits of this node’s pods (containers, sidecars, init containers, overhead) against its allocatable CPU and memory. A notice above 100 %; a warning when tasks also wait (PSI of the last minute; without PSI the load), or when the working set is above 90 % of allocatable memory. Pods without requests count nothing here.',
  advice: [
    { text: 'See what was promised', command: 'kubectl describe node NODE | sed -n "/^Non-terminated/,/^Events/p"' },
    { text: 'See what is used', command: 'kubectl top pods -A --sort-by=memory; cat /proc/pressure/cpu /proc/pressure/memory' },
    { text: 'Move the largest pods away, or give them limits near their requests', command: 'nodemend cordon --dry-run' },
  ],
  settings: [
    'checks.node-commitment.cpuStall',
    'checks.node-commitment.memoryStall',
    'checks.node-commitment.workingSet',
    'checks.node-commitment.loadPerProcessor',
  ],
  ladder: [],
  reasons: {
    RequestsExceedAllocatable: { severity: 'notice', description: 'The requests of the pods are more than is allocatable' },
    LimitsExceedAllocatable: { severity: 'notice', description: 'The limits of the pods are more than is allocatable' },
  },
});
