import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from './error.ts';
import type { LabHost } from './host.ts';
import { must } from './run.ts';

const dist = join(import.meta.dirname, '../../dist');

/** Copy the built program to the host's /opt/nodemend; `host.exec(['/opt/nodemend/nodemend', 'doctor'])` runs it. */
export async function install(host: LabHost, from: string = dist): Promise<void> {
  if (!existsSync(join(from, 'nodemend'))) throw new LabError(`${from} holds no built program; type: npm run build`);
  const target = join(host.root, 'opt/nodemend');
  await must(['rm', '-rf', target]);
  await must(['cp', '-a', from, target], { timeoutMs: 60_000 });
}
