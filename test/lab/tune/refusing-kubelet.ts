import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabHost } from '../host.ts';

/** As a kubelet ends that does not accept a threshold; with all others it is the real one, under its own name. */
const WRAPPER = `#!/bin/bash
case "$*" in
*'nodefs.available<6%'*) echo 'F1121 17:00:00.000000 server.go:269] failed to run Kubelet: the lab refuses 6%' >&2; exit 255 ;;
esac
exec -a /usr/bin/kubelet /usr/bin/kubelet.real "$@"
`;

/** The one that runs is not replaced, only renamed: there is nothing pending for its restart. */
export async function makeRefusing(host: LabHost): Promise<void> {
  await host.sh('mv /usr/bin/kubelet /usr/bin/kubelet.real');
  writeFileSync(join(host.root, 'usr/bin/kubelet'), WRAPPER, { mode: 0o755 });
}

export async function mendRefusing(host: LabHost): Promise<void> {
  await host.sh('if [ -e /usr/bin/kubelet.real ]; then mv -f /usr/bin/kubelet.real /usr/bin/kubelet; fi');
}
