import type { Snapshot } from '../model/snapshot.ts';
import { gauge, one, total, toUnixSeconds } from './metric-family.ts';
import type { Family } from './prometheus.ts';

/** The agent as a process. */
export function processFamilies({ process }: Snapshot): readonly Family[] {
  const { startedAt, cpuSeconds, residentBytes, anonymousBytes, openFiles, logDropped } = process;
  return [
    total('nodemend_log_dropped_total', 'Log lines that nobody took.', one(logDropped)),
    total('nodemend_process_cpu_seconds_total', 'CPU time of the agent.', one(cpuSeconds)),
    gauge('nodemend_process_resident_memory_bytes', 'Resident memory of the agent.', one(residentBytes)),
    gauge('nodemend_process_anonymous_memory_bytes', 'Private memory of the agent (RssAnon).', one(anonymousBytes)),
    gauge('nodemend_process_open_fds', 'Open file descriptors of the agent.', one(openFiles)),
    gauge('nodemend_process_start_time_seconds', 'When the agent was started.', one(toUnixSeconds(startedAt))),
  ];
}

/** By the names that every exporter has. */
export function standardFamilies(snapshot: Snapshot): readonly Family[] {
  const standard = /^nodemend_(?=process_(?!anonymous))/;
  return processFamilies(snapshot).flatMap((family) =>
    standard.test(family.name) ? [{ ...family, name: family.name.replace(standard, '') }] : [],
  );
}
