import type { Dashboard } from './grafana.ts';

const J = 'job=~"$job"';
const HEALTH = { Healthy: 'green', Degraded: 'yellow', Critical: 'red', Unknown: 'blue' } as const;
const bad = [
  [null, 'green'],
  [1, 'red'],
] as const;
const odd = [
  [null, 'green'],
  [1, 'orange'],
] as const;

/** All nodes: how many are how, what is wrong where, what was done. */
export const fleetDashboard: Dashboard = {
  uid: 'nodemend-fleet',
  title: 'nodemend: the fleet',
  about: 'How many nodes are how, what is wrong where, what was done about it, and what the agents cost',
  panels: [
    {
      title: 'Nodes',
      about: 'Agents that are scraped',
      kind: 'stat',
      width: 4,
      height: 4,
      queries: [{ expr: `count(nodemend_build_info{${J}})` }],
      steps: [[null, 'text']],
    },
    {
      title: 'Critical',
      about: 'Nodes with a critical problem; `nodemend fleet --filter health=Critical`',
      kind: 'stat',
      width: 4,
      height: 4,
      queries: [{ expr: `sum(nodemend_health{${J},health="Critical"})` }],
      steps: bad,
    },
    {
      title: 'Degraded',
      about: 'Nodes with a warning and nothing worse',
      kind: 'stat',
      width: 4,
      height: 4,
      queries: [{ expr: `sum(nodemend_health{${J},health="Degraded"})` }],
      steps: odd,
    },
    {
      title: 'Given up',
      about: 'Nodes with a problem whose remedies were all tried without success: a person is needed',
      kind: 'stat',
      width: 4,
      height: 4,
      queries: [{ expr: `count(count by (instance) (nodemend_problem_given_up{${J}})) or vector(0)` }],
      steps: bad,
    },
    {
      title: 'Not scraped',
      about: 'Agents, or nodes, that do not answer; with the textfile collector this is node_exporter',
      kind: 'stat',
      width: 4,
      height: 4,
      queries: [{ expr: `count(up{${J}} == 0) or vector(0)` }],
      steps: bad,
    },
    {
      title: 'Paused',
      about: 'Nodes on which a person paused all remedies',
      kind: 'stat',
      width: 4,
      height: 4,
      queries: [{ expr: `sum(nodemend_paused{${J}})` }],
      steps: odd,
    },
    {
      title: 'Nodes by health',
      about: 'Over time; a step of many nodes at once is rarely the nodes',
      kind: 'timeseries',
      width: 12,
      queries: [{ expr: `sum by (health) (nodemend_health{${J}})`, legend: '{{health}}' }],
      stacked: true,
      colours: HEALTH,
    },
    {
      title: 'Nodes by problem',
      about: 'On how many nodes the same is wrong; notices included',
      kind: 'timeseries',
      width: 12,
      queries: [
        {
          expr: `count by (type, reason) (count by (instance, type, reason) (nodemend_problem{${J}}))`,
          legend: '{{type}}/{{reason}}',
        },
      ],
      stacked: true,
    },
    {
      title: 'What is wrong now',
      about: 'One row for each problem of each node; a click opens the node',
      kind: 'table',
      width: 24,
      queries: [{ expr: `max by (instance, severity, type, reason) (nodemend_problem{${J}})` }],
      columns: { instance: 'instance', severity: 'severity', type: 'problem', reason: 'reason' },
    },
    {
      title: 'Remedies',
      about: 'By how they ended: succeeded means that the same check passed afterwards',
      kind: 'timeseries',
      width: 12,
      queries: [
        {
          expr: `sum by (remedy, outcome) (increase(nodemend_remedies_total{${J}}[$__rate_interval])) > 0`,
          legend: '{{remedy}} {{outcome}}',
        },
      ],
      stacked: true,
    },
    {
      title: 'Remedies in the chosen time',
      about: 'How often each ran, and how it ended',
      kind: 'table',
      width: 6,
      queries: [{ expr: `sum by (remedy, outcome) (increase(nodemend_remedies_total{${J}}[$__range])) > 0` }],
      columns: { remedy: 'remedy', outcome: 'outcome', Value: 'times' },
    },
    {
      title: 'Why remedies were held',
      about: 'Times that a guard began to hold one; docs/guards.md has each',
      kind: 'bargauge',
      width: 6,
      queries: [{ expr: `sort_desc(sum by (guard) (nodemend_remedies_blocked_total{${J}}) > 0)`, legend: '{{guard}}' }],
      steps: [[null, 'blue']],
    },
    {
      title: 'Nearest to their eviction thresholds',
      about: 'What is left above the hard threshold, as a share of the capacity: the ten least',
      kind: 'bargauge',
      width: 12,
      queries: [
        {
          expr: `sort(bottomk(10, min by (instance, signal) (nodemend_signal_headroom_ratio{${J},kind="hard"})))`,
          legend: '{{instance}} {{signal}}',
        },
      ],
      unit: 'percentunit',
      min: 0,
      max: 1,
      steps: [
        [null, 'red'],
        [0.05, 'yellow'],
        [0.15, 'green'],
      ],
    },
    {
      title: 'Time left at the present trend',
      about: 'Until the kubelet evicts; the ten shortest. Only signals that shrink have one',
      kind: 'bargauge',
      width: 12,
      queries: [
        {
          expr: `sort(bottomk(10, min by (instance, signal) (nodemend_signal_seconds_left{${J}})))`,
          legend: '{{instance}} {{signal}}',
        },
      ],
      unit: 's',
      min: 0,
      steps: [
        [null, 'red'],
        [14_400, 'yellow'],
        [86_400, 'green'],
      ],
    },
    {
      title: 'Checks that cannot tell',
      about: 'On how many nodes a check is unknown: what it looks for is not found there',
      kind: 'timeseries',
      width: 8,
      queries: [{ expr: `sum by (check) (nodemend_check_status{${J},status="unknown"})`, legend: '{{check}}' }],
    },
    {
      title: 'Slowest checks',
      about: 'Time of the last run, the slowest node of each; the ten slowest',
      kind: 'bargauge',
      width: 8,
      queries: [{ expr: `sort_desc(topk(10, max by (check) (nodemend_check_duration_seconds{${J}})))`, legend: '{{check}}' }],
      unit: 's',
      steps: [
        [null, 'green'],
        [5, 'yellow'],
      ],
    },
    {
      title: 'Reports written',
      about: 'PATCHes of the Nodes per second by result; a healthy node writes one in five minutes',
      kind: 'timeseries',
      width: 8,
      queries: [{ expr: `sum by (result) (rate(nodemend_report_writes_total{${J}}[$__rate_interval]))`, legend: '{{result}}' }],
      unit: 'wps',
    },
    {
      title: 'Agents by version',
      about: 'A rollout, as it goes on',
      kind: 'timeseries',
      width: 8,
      queries: [{ expr: `count by (version) (nodemend_build_info{${J}})`, legend: '{{version}}' }],
      stacked: true,
    },
    {
      title: 'CPU of the agents',
      about: 'CPU seconds per second; the ten that need the most',
      kind: 'timeseries',
      width: 8,
      queries: [{ expr: `topk(10, rate(nodemend_process_cpu_seconds_total{${J}}[$__rate_interval]))`, legend: '{{instance}}' }],
    },
    {
      title: 'Memory of the agents',
      about: 'Private memory (RssAnon); the ten that need the most',
      kind: 'timeseries',
      width: 8,
      queries: [{ expr: `topk(10, nodemend_process_anonymous_memory_bytes{${J}})`, legend: '{{instance}}' }],
      unit: 'bytes',
    },
  ],
};
