import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LabHost } from './host.ts';
import { waitFor } from './wait.ts';

const archive = '/usr/local/share/lab/images.tar';

const commands = {
  docker: { answers: 'docker version', load: `docker load --quiet --input ${archive}` },
  containerd: { answers: 'ctr version', load: `ctr --namespace k8s.io images import ${archive}` },
} as const;

/** Wait until the host's runtime answers and give it the lab's images. */
export async function loadImages(host: LabHost, images: string): Promise<void> {
  const { answers, load } = commands[host.runtime];
  mkdirSync(dirname(join(host.root, archive)), { recursive: true });
  copyFileSync(images, join(host.root, archive));

  const see = `npm run lab -- logs ${host.name} ${host.runtime}`;
  await waitFor(`${host.runtime} on ${host.name}`, async () => ((await answered(host, answers)) ? true : undefined), { see });
  await host.sh(`${load} >/dev/null`, { timeoutMs: 60_000 });
}

/** Once more, after the kubelet's garbage collection took them from a full disk. */
export async function reloadImages(host: LabHost): Promise<void> {
  await host.sh(`${commands[host.runtime].load} >/dev/null`, { timeoutMs: 60_000 });
}

/** A host that is still booting has no PID 1 to enter yet. */
async function answered(host: LabHost, script: string): Promise<boolean> {
  try {
    return (await host.exec(['sh', '-c', script], { timeoutMs: 10_000 })).code === 0;
  } catch {
    return false;
  }
}
