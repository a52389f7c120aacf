import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { LabError } from '../../error.ts';
import type { Lab } from '../../lab.ts';

/** As administrator: kubectl patches no status before 1.24. */
export async function patchNodeStatus(lab: Lab, node: string, status: unknown): Promise<void> {
  const pki = (name: string): Buffer => readFileSync(join(lab.directory, 'pki', name));
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const call = request(
    `${lab.apiServer}/api/v1/nodes/${node}/status`,
    {
      method: 'PATCH',
      ...{ ca: pki('ca.crt'), cert: pki('kubeconfig.crt'), key: pki('kubeconfig.key'), agent: false },
      headers: { 'content-type': 'application/strategic-merge-patch+json' },
      signal: AbortSignal.timeout(10_000),
    },
    (answer) => resolve(answer.resume().statusCode),
  );
  call.on('error', reject);
  call.end(JSON.stringify({ status }));
  const code = await promise;
  if (code !== 200) throw new LabError(`PATCH nodes/${node}/status was answered with ${code}`);
}
