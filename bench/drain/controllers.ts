import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Lab } from '../../test/lab/lab.ts';

/**
 * The lab's controller manager stands still, and one with these two controllers alone runs: what the table says a pod is, it stays –
 * no garbage collector takes orphans away, no ReplicaSet makes anew what was evicted.
 */
export function onlyDisruption(lab: Lab): () => void {
  const pid = lab.controlPlane('kube-controller-manager');
  const [program = '', ...argv] = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    .split('\0')
    .filter((word) => word !== '');
  process.kill(pid, 'SIGSTOP');
  const flags = argv.filter((flag) => !/^--(controllers|secure-port|port)=/.test(flag));
  const old = argv.some((flag) => flag === '--port=0') ? ['--port=0'] : [];
  const child: ChildProcess = spawn(program, [...flags, ...old, '--controllers=disruption,namespace', '--secure-port=10999'], {
    stdio: 'ignore',
  });
  return () => {
    child.kill('SIGTERM');
    process.kill(pid, 'SIGCONT');
  };
}
