import { AgentError } from '../../errors.ts';
import type { HostView } from '../../host/host.ts';
import { explainPathFailure } from '../../model/path-failure.ts';
import { defineSource } from '../../model/source.ts';
import { seconds } from '../../model/units.ts';

export interface KernelRelease {
  /** As uname -r says: `3.10.0-1062.el7.x86_64`. */
  readonly release: string;
  /** Words of the kernel's command line. */
  readonly commandLine: readonly string[];
}

async function readRelease(host: HostView): Promise<KernelRelease> {
  const [release, commandLine] = await Promise.all([host.readFile('/proc/sys/kernel/osrelease'), host.readFile('/proc/cmdline')]);
  if (release.kind !== 'text') {
    throw new AgentError('SOURCE_UNREADABLE', `/proc/sys/kernel/osrelease: ${explainPathFailure(release)}`);
  }
  return {
    release: release.text.trim(),
    commandLine: commandLine.kind === 'text' ? commandLine.text.trim().split(/\s+/) : [],
  };
}

/** The running kernel, and how it was booted. */
export const kernelRelease = defineSource<KernelRelease>({ id: 'kernel-release', deadline: seconds(3), read: readRelease });

/** Without the architecture, as packages count: `3.10.0-1062.el7`. */
export function packagedRelease(release: string): string {
  return release.replace(/\.(x86_64|aarch64|ppc64le|s390x|i686|armv7l|riscv64)(\+.*)?$/, '');
}
