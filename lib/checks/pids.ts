import { fillIn } from '../model/advice.ts';
import { defineCheck } from '../model/check.ts';
import { type Fault, fault, pass, unknown } from '../model/finding.ts';
import { formatShare, type LimitRatios, nearness } from '../model/limit.ts';
import { setting } from '../model/setting.ts';
import { minutes } from '../model/units.ts';
import { pidsNearLimit as problem } from '../problems/pids-near-limit.ts';
import { type GroupTasks, type TaskLimits, taskLimits } from '../sources/host/task-limits.ts';

const SEVERITY = { near: 'warning', exhausted: 'critical' } as const;

function judgeHost({ tasks, pidMax, threadsMax }: NonNullable<TaskLimits['host']>, ratios: LimitRatios) {
  const limit = Math.min(pidMax, threadsMax);
  const name = pidMax <= threadsMax ? 'kernel.pid_max' : 'kernel.threads-max';
  const numbers = `${tasks} of ${limit} tasks (${name})`;
  const near = nearness(tasks, limit, ratios);
  if (near === 'clear') return pass(numbers);
  return fault(problem, 'HostTasksNearLimit', `${numbers}, ${formatShare(tasks, limit)}`, {
    severity: SEVERITY[near],
    evidence: [{ from: '/proc/loadavg', excerpt: `tasks ${tasks}\npid_max ${pidMax}\nthreads-max ${threadsMax}` }],
    advice: fillIn(problem.advice, { LIMIT: String(threadsMax * 2) }),
    measure: { observed: tasks, limit, capacity: limit, unit: 'count' },
  });
}

function judgeGroup({ path, tasks, limit, refused }: GroupTasks, ratios: LimitRatios): Fault[] {
  const near = nearness(tasks, limit, ratios);
  if (near === 'clear') return [];
  const unit = path.slice(path.lastIndexOf('/') + 1);
  const failures = refused === undefined || refused === 0 ? '' : `; ${refused} forks failed so far`;
  const message = `${tasks} of ${limit} tasks in control group ${path} (${formatShare(tasks, limit)})${failures}`;
  const advice = fillIn(problem.reasons.ControlGroupTasksNearLimit.advice ?? [], { CGROUP: path, UNIT: unit });
  return [
    fault(problem, 'ControlGroupTasksNearLimit', message, {
      subject: path,
      severity: SEVERITY[near],
      evidence: [{ from: `${path}/pids.max`, excerpt: `pids.current ${tasks}\npids.max ${limit}` }],
      advice,
      measure: { observed: tasks, limit, capacity: limit, unit: 'count' },
    }),
  ];
}

export const pids = defineCheck({
  id: 'pids',
  title: 'processes can be started',
  interval: minutes(1),
  sources: { limits: taskLimits },
  problems: [problem],
  settings: {
    warnAt: setting.ratio(0.9, 'a fork bomb takes the last tenth in a second, a thread leak takes days'),
    criticalAt: setting.ratio(0.98, 'from here forks fail'),
  },
  evaluate({ limits }, { settings }) {
    const host =
      limits.host === undefined ? unknown('the number of tasks could not be read from /proc') : judgeHost(limits.host, settings);
    const groups = limits.groups.flatMap((group) => judgeGroup(group, settings));
    if (groups.length > 0 || limits.groups.length === 0) return [host, ...groups];
    const tightest = limits.groups.reduce((a, b) => (b.tasks / b.limit > a.tasks / a.limit ? b : a));
    const numbers = `${tightest.tasks} of ${tightest.limit} tasks in ${tightest.path}`;
    return [
      host,
      pass(`${limits.groups.length} limited control groups, the fullest has ${numbers}`, { subject: 'control groups' }),
    ];
  },
});
