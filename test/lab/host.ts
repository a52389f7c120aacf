import type { RunOptions, RunResult } from './run.ts';

export type Runtime = 'docker' | 'containerd';

export interface LabHost {
  /** Its host name and its Node's name: `node1`. */
  readonly name: string;
  /** 1 to 5. The first host alone reads the machine's real /dev/kmsg. */
  readonly index: number;
  readonly runtime: Runtime;
  /** IPv4 address on the lab's bridge. */
  readonly address: string;
  /** The host's PID 1 as the machine sees it; read anew at each use, because a reboot changes it. */
  readonly leader: number;
  /** The host's / as a path on the machine; what is written there is seen in the host at once. */
  readonly root: string;
  /** Mount points, on the machine, of the host's own small filesystems. `runtime` is absent with `--runtime-disk none`. */
  readonly disks: { readonly kubelet: string; readonly runtime?: string };
  /** The host's control groups on the machine, one per hierarchy: `/sys/fs/cgroup/freezer/nodemend-lab/lab/node1`. */
  readonly cgroups: readonly string[];

  /** Run a command in all of the host's namespaces and control groups. Never rejects; bounded (default 30 s). */
  exec(argv: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Run a shell script in the host that must succeed; gives its standard output. */
  sh(script: string, options?: RunOptions): Promise<string>;
  /** Start a process in the host that outlives this one, its output in the host's /var/log/lab-NAME.log; gives its PID on the machine. */
  start(name: string, argv: readonly string[]): Promise<number>;
}
