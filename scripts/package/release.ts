/** What the artefacts of a release have in common. */
export interface Release {
  readonly version: string;
  readonly arch: 'x64' | 'arm64';
  /** Its Node.js is not the pinned package: the SBOM says what it is instead. */
  readonly foreignRuntime: boolean;
  /** Seconds since 1970: the time of every file in it. */
  readonly epoch: number;
  /** The program's tree, as it is to be under /opt/nodemend. */
  readonly tree: string;
  /** A directory of this run alone. */
  readonly scratch: string;
  readonly out: string;
}

/** Words of each packager for the two machines. */
export const MACHINE = {
  x64: { deb: 'amd64', rpm: 'x86_64', elf: 62 },
  arm64: { deb: 'arm64', rpm: 'aarch64', elf: 183 },
} as const;

export const SUMMARY = 'keeps a Kubernetes node healthy from the node itself';
export const DESCRIPTION = [
  'Finds a hung container runtime or kubelet in seconds, says why, and repairs it',
  'without touching a container. Brings its own Node.js runtime.',
] as const;
