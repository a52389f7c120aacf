import type { Sample } from './prometheus.ts';
import { alone, counterOf, gaugeOf, isNumber, type Stat, type StatsTexts, TICKS } from './stats-reading.ts';

/** Columns of /proc/stat, as both metrics call them. */
const STATES = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal', 'guest', 'guest_nice'] as const;
const STAGES = ['user', 'nice', 'system', 'idle', 'iowait', 'iRQ', 'softIRQ', 'steal', 'guest', 'guestNice'] as const;

/** The first number of the line that begins with a word. */
function numberAfter(text: string, word: string): number | undefined {
  const [, value] = new RegExp(`^${word}\\s+(\\d+)`, 'm').exec(text) ?? [];
  return value === undefined ? undefined : Number(value);
}

const seconds = (columns: string) =>
  columns
    .trim()
    .split(/\s+/)
    .map((ticks) => Number(ticks) / TICKS);

function usage(stat: string): readonly Sample[] {
  const [, columns = ''] = /^cpu\s+(.*)$/m.exec(stat) ?? [];
  const values = seconds(columns);
  return STATES.flatMap((state, index) => {
    const value = values[index];
    return isNumber(value) ? [{ labels: { state }, value }] : [];
  });
}

function perCpu(stat: string): readonly Sample[] {
  return [...stat.matchAll(/^(cpu\d+)\s+(.*)$/gm)].flatMap(([, cpu = '', columns = '']) => {
    const values = seconds(columns);
    return STAGES.flatMap((stage, index) => {
      const value = values[index];
      return isNumber(value) ? [{ labels: { cpu, stage }, value }] : [];
    });
  });
}

/** What node-problem-detector counts in ticks and documents as seconds is in seconds; what it adds up again at each interval is the kernel's own number. */
export function cpuStats({ stat = '', loadavg = '' }: StatsTexts): readonly Stat[] {
  const [one, five, fifteen] = loadavg.split(' ').map(Number);
  const load = (value: number | undefined) => (loadavg === '' ? [] : alone(value));
  return [
    gaugeOf('cpu/runnable_task_count', 'The average number of runnable tasks in the run-queue during the last minute', load(one)),
    gaugeOf('cpu/load_1m', 'CPU average load (1m)', load(one)),
    gaugeOf('cpu/load_5m', 'CPU average load (5m)', load(five)),
    gaugeOf('cpu/load_15m', 'CPU average load (15m)', load(fifteen)),
    counterOf('cpu/usage_time', 'CPU usage, in seconds', usage(stat)),
    counterOf('system/processes_total', 'Number of forks since boot.', alone(numberAfter(stat, 'processes'))),
    gaugeOf('system/procs_running', 'Number of processes currently running.', alone(numberAfter(stat, 'procs_running'))),
    gaugeOf('system/procs_blocked', 'Number of processes currently blocked.', alone(numberAfter(stat, 'procs_blocked'))),
    counterOf('system/interrupts_total', 'Total number of interrupts serviced (cumulative).', alone(numberAfter(stat, 'intr'))),
    counterOf('system/cpu_stat', 'Cumulative time each cpu spent in various stages.', perCpu(stat)),
  ];
}
