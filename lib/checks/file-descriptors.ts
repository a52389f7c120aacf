import { fillIn } from '../model/advice.ts';
import { defineCheck } from '../model/check.ts';
import { type Finding, fault, pass, unknown } from '../model/finding.ts';
import { formatShare, type LimitRatios, nearness } from '../model/limit.ts';
import { setting } from '../model/setting.ts';
import { minutes } from '../model/units.ts';
import { fileDescriptorsNearLimit as problem } from '../problems/file-descriptors-near-limit.ts';
import { type DaemonFiles, type HostFiles, openFiles } from '../sources/host/open-files.ts';
import type { NodeDaemon } from '../sources/runtime/node-daemons.ts';

const SEVERITY = { near: 'warning', exhausted: 'critical' } as const;

function judgeHost(files: HostFiles, ratios: LimitRatios): Finding {
  if (files.kind === 'unreadable') return unknown(`/proc/sys/fs/file-nr: ${files.why}`);
  const { open, limit } = files;
  // systemd sets fs.file-max to the largest number there is.
  if (limit > Number.MAX_SAFE_INTEGER) return pass(`${open} file handles of the host are in use, without limit`);
  const numbers = `${open} of ${limit} file handles of the host are in use`;
  const near = nearness(open, limit, ratios);
  if (near === 'clear') return pass(numbers);
  const advice = fillIn(problem.reasons.HostFileHandlesNearLimit.advice ?? [], { LIMIT: String(limit * 2) });
  return fault(problem, 'HostFileHandlesNearLimit', `${numbers} (${formatShare(open, limit)})`, {
    severity: SEVERITY[near],
    evidence: [{ from: '/proc/sys/fs/file-nr', excerpt: `${open} 0 ${limit}` }],
    advice,
    measure: { observed: open, limit, capacity: limit, unit: 'count' },
  });
}

/** By name; where two daemons have the same one, by process too. */
function subjectOf({ name, pid }: NodeDaemon, all: readonly NodeDaemon[]): string {
  return all.some((other) => other.name === name && other.pid !== pid) ? `${name}[${pid}]` : name;
}

function judgeDaemon({ daemon, open, exact, limit }: DaemonFiles, subject: string, ratios: LimitRatios): Finding {
  const { name, pid, unit } = daemon;
  const near = exact ? nearness(open, limit, ratios) : 'clear';
  const most = limit === Number.POSITIVE_INFINITY ? 'any number' : limit;
  const numbers = `${name} has ${exact ? '' : 'at most '}${open} of ${most} descriptors open`;
  if (near === 'clear') return pass(numbers, { subject });
  return fault(problem, 'ProcessDescriptorsNearLimit', `${numbers} (${formatShare(open, limit)}, PID ${pid})`, {
    subject,
    severity: SEVERITY[near],
    evidence: [{ from: `/proc/${pid}/fd`, excerpt: `${open} entries; soft limit ${limit}` }],
    advice: fillIn(problem.advice, { PID: String(pid), ...(unit === undefined ? {} : { UNIT: unit }) }),
    measure: { observed: open, limit, capacity: limit, unit: 'count' },
  });
}

export const fileDescriptors = defineCheck({
  id: 'file-descriptors',
  title: 'files can be opened',
  interval: minutes(1),
  sources: { files: openFiles },
  problems: [problem],
  settings: {
    warnAt: setting.ratio(0.9, 'a leak takes hours for the last tenth, a burst of connections seconds'),
    criticalAt: setting.ratio(0.98, 'from here accept() and open() fail'),
  },
  evaluate({ files }, { settings }) {
    const all = [...files.daemons, ...files.unknown].map(({ daemon }) => daemon);
    return [
      judgeHost(files.host, settings),
      ...files.daemons.map((entry) => judgeDaemon(entry, subjectOf(entry.daemon, all), settings)),
      ...files.unknown.map(({ daemon, why }) =>
        unknown(`the descriptors of ${daemon.name} (PID ${daemon.pid}) could not be counted: ${why}`, {
          subject: subjectOf(daemon, all),
        }),
      ),
    ];
  },
});
