import type { LabHost } from '../../host.ts';
import { startHelper } from './helper.ts';

const PTRACE = process.arch === 'arm64' ? 117 : 101;
const SEIZE = 0x4206;
const INTERRUPT = 0x4207;
const WALL = 0x40000000;

/**
 * Holds every thread of a process, and reaps it. A debugger that only sleeps would not: its tracee, killed, stays a zombie
 * that systemd never hears of, and no restart comes to its end.
 */
const tracer = `
  my %held;
  for (my $new = 1; $new;) {
    $new = 0;
    opendir(my $tasks, "/proc/$ARGV[0]/task") or die "no such process";
    for my $task (grep { /^\\d+$/ && !$held{$_} } readdir $tasks) {
      $new = $held{$task} = 1;
      next if syscall(${PTRACE}, ${SEIZE}, $task + 0, 0, 0) < 0;
      syscall(${PTRACE}, ${INTERRUPT}, $task + 0, 0, 0);
    }
  }
  1 while waitpid(-1, ${WALL}) > 0;
`;

export const trace = (host: LabHost, fault: string, pid: number): Promise<void> =>
  startHelper(host, fault, `exec perl -e '${tracer}' ${pid}`);
