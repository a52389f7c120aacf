import type { Advice } from './finding.ts';
import type { ReasonDefinition, Severity } from './problem.ts';

/** Every signal a kubelet may be given a threshold for (signalToResource in its pkg/kubelet/eviction/helpers.go), and its reason. */
export const SIGNAL_REASONS = {
  'memory.available': 'MemoryAvailable',
  'nodefs.available': 'NodefsAvailable',
  'nodefs.inodesFree': 'NodefsInodesFree',
  'imagefs.available': 'ImagefsAvailable',
  'imagefs.inodesFree': 'ImagefsInodesFree',
  'containerfs.available': 'ContainerfsAvailable',
  'containerfs.inodesFree': 'ContainerfsInodesFree',
  'pid.available': 'PidAvailable',
  'allocatableMemory.available': 'AllocatableMemoryAvailable',
} as const;

export type SignalName = keyof typeof SIGNAL_REASONS;
export type SignalReason = (typeof SIGNAL_REASONS)[SignalName];

export function isSignal(name: string): name is SignalName {
  return Object.hasOwn(SIGNAL_REASONS, name);
}

const LOGS: Advice = {
  text: 'Container logs, the largest last; bound them (docker log-opts max-size, kubelet containerLogMaxSize) rather than delete them',
  command: 'du -ah /var/log/pods /var/lib/docker/containers 2>/dev/null | sort -h | tail -n 20',
};
const DELETED: Advice = {
  text: 'Files that are deleted and still open; their space comes back when the process ends',
  command: "find /proc/[0-9]*/fd -lname '* (deleted)' -printf '%p %l\\n' 2>/dev/null | grep -v ' /memfd:'",
};
const IMAGES: Advice = {
  text: 'Images that no container uses (the kubelet deletes them itself, before it evicts pods)',
  command: 'crictl rmi --prune || docker image prune -a',
};

const BYTES: readonly Advice[] = [
  {
    text: 'The largest directories of this filesystem',
    command: 'du -xh --max-depth=4 FILESYSTEM 2>/dev/null | sort -h | tail -n 25',
  },
  LOGS,
  DELETED,
  { text: 'The journal', command: 'journalctl --disk-usage; journalctl --vacuum-size=500M' },
];
const INODES: readonly Advice[] = [
  {
    text: 'The directories of this filesystem with the most files',
    command: 'du -x --inodes --max-depth=4 FILESYSTEM 2>/dev/null | sort -n | tail -n 25',
  },
];
const MEMORY: readonly Advice[] = [
  { text: 'The largest processes', command: 'ps -eo pid,rss,args --sort=-rss | head -n 20' },
  { text: 'The largest cgroups, pods among them', command: 'systemd-cgtop -m -n 1 -b | head -n 25' },
  { text: 'Files in memory count as used', command: 'df -h -t tmpfs' },
];
const PIDS: readonly Advice[] = [
  { text: 'Who has the most threads', command: 'ps -eo nlwp,pid,args --sort=-nlwp | head -n 20' },
  { text: 'Many processes of one name', command: 'ps -eo comm= | sort | uniq -c | sort -n | tail -n 15' },
];

/** What a person looks at when this signal is short; FILESYSTEM stands for its mount point. */
export function adviceOn(signal: SignalName): readonly Advice[] {
  if (signal === 'pid.available') return PIDS;
  if (signal === 'memory.available' || signal === 'allocatableMemory.available') return MEMORY;
  // Large logs are no inodes: of those the many small files of one directory take the most.
  const users = signal.endsWith('inodesFree') ? INODES : BYTES;
  return signal.startsWith('nodefs') ? users : [...users, IMAGES];
}

const isDisk = (signal: SignalName): boolean => /fs\./.test(signal);

/** One reason per signal, with its advice; signals of a disk keep the ladder of the type. */
export function reasonsOf(
  severity: Severity,
  describe: (signal: SignalName) => string,
): Readonly<Record<SignalReason, ReasonDefinition>> {
  const entries = (Object.entries(SIGNAL_REASONS) as [SignalName, SignalReason][]).map(([signal, reason]) => [
    reason,
    { severity, description: describe(signal), advice: adviceOn(signal), ...(isDisk(signal) ? {} : { ladder: [] }) },
  ]);
  return Object.fromEntries(entries) as Record<SignalReason, ReasonDefinition>;
}
