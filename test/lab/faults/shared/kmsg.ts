import { randomBytes } from 'node:crypto';
import { LabError } from '../../error.ts';
import type { LabHost } from '../../host.ts';

/**
 * One line into the kernel's ring, which belongs to the whole machine: only the first host reads the real one. A fresh
 * descriptor each time, or the kernel's rate limit for user space (`printk_devkmsg=ratelimit`) drops lines.
 * The token tells this line from those of earlier tests, which nothing can take back.
 */
export async function sayKernel(host: LabHost, line: string): Promise<void> {
  if (host.index !== 1) throw new LabError('only node1 has the real /dev/kmsg');
  await host.sh(`echo '${line} lab-${randomBytes(4).toString('hex')}' >/dev/kmsg`);
}
