import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from './error.ts';
import type { UpOptions } from './options.ts';
import { must } from './run.ts';
import { runShown } from './show.ts';
import { minorOf } from './state.ts';

export interface Prepared {
  readonly binaries: string;
  readonly kubeletVersion: string;
  readonly root: string;
  readonly images: string;
}

const script = (name: string): string => join(import.meta.dirname, name);

/** Everything that is cached: packages, binaries, the hosts' root, images. Minutes when cold, a second when warm. */
export async function prepare(options: UpOptions, say: (line: string) => void): Promise<Prepared> {
  if (process.getuid?.() !== 0) throw new LabError('the lab needs root; type: sudo npm run lab -- up');

  await runShown([script('install-packages.sh'), 'run'], { timeoutMs: 20 * 60_000 });
  const binaries = (await runShown([script('build-kubernetes.sh')], { timeoutMs: 60 * 60_000 })).trim();
  const root = (await runShown([script('build-root.sh')], { timeoutMs: 20 * 60_000 })).trim();
  const images = (await runShown([script('images/build.sh')], { timeoutMs: 60_000 })).trim();

  const said = (await must([join(binaries, 'kubelet'), '--version'])).trim();
  const kubeletVersion = said.split(' ').at(-1) ?? '';
  if (Number.isNaN(minorOf(kubeletVersion)))
    throw new LabError(`${binaries}/kubelet --version said "${said}", expected a version`);
  if (options.runtime === 'docker' && minorOf(kubeletVersion) >= 24) {
    throw new LabError(
      `kubelet ${kubeletVersion} has no docker support of its own; type: npm run lab -- up --runtime containerd`,
    );
  }
  if (!existsSync('/dev/kmsg')) say('this machine has no /dev/kmsg: kernel log faults will not be seen');
  return { binaries, kubeletVersion, root, images };
}
