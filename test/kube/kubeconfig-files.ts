import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { fileStatus, readFile } from '../../lib/host/files.ts';
import { systemClock } from '../../lib/host/local.ts';
import { run } from '../../lib/host/run.ts';
import type { IdentityHost, IdentityOptions } from '../../lib/kube/session.ts';
import type { KubeletPlaces } from '../../lib/model/kubelet-places.ts';
import { kubeconfigText, type Parts } from './kubeconfig-text.ts';

export { CA, CLIENT, kubeconfigText, type Parts } from './kubeconfig-text.ts';

/** Files and processes of this machine, without its own kubeconfigs. */
export function sandboxHost(changes: Partial<IdentityHost> = {}): IdentityHost {
  const known = /^\/etc\/(nodemend|kubernetes)|^\/var\/(lib|snap)\//;
  return {
    clock: systemClock,
    readFile: async (path, options) => (known.test(path) ? { kind: 'missing' } : readFile(path, options)),
    fileStatus: async (path) => (known.test(path) ? { kind: 'missing' } : fileStatus(path)),
    run,
    ...changes,
  };
}

export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'nodemend-kube-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

export function writeKubeconfig(parts: Parts, directory = temporaryDirectory()): string {
  const file = join(directory, 'kubeconfig');
  writeFileSync(file, kubeconfigText(parts));
  return file;
}

export function identityOptions(
  kubeconfig: string,
  changes: Partial<IdentityOptions> = {},
  places: KubeletPlaces = {},
): IdentityOptions {
  return { host: sandboxHost(), kubeconfig, kubelet: async () => places, ...changes };
}
