import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabHost } from '../../test/lab/host.ts';

/** A condition of an operator's own. */
export const BROKEN_TYPE = 'LabBroken';

/** It stands as long as `flag` is there. In a tmpfs: a reboot is what cures it. */
export function givePlugin(host: LabHost, flag: string): void {
  const directory = join(host.root, 'etc/nodemend/monitors');
  mkdirSync(directory, { recursive: true });
  const script = join(host.root, 'etc/nodemend/lab-broken.sh');
  writeFileSync(script, `#!/bin/sh\n[ -e ${flag} ] && { echo "${flag} is there"; exit 1; }\necho well\n`);
  chmodSync(script, 0o755);
  const rule = {
    type: 'permanent',
    condition: BROKEN_TYPE,
    reason: 'BrokenInTheLab',
    path: '/etc/nodemend/lab-broken.sh',
    timeout: '3s',
  };
  const conditions = [{ type: BROKEN_TYPE, reason: 'LabIsWell', message: 'well' }];
  const pluginConfig = { invoke_interval: '2s', timeout: '3s', max_output_length: 80, concurrency: 1 };
  const file = { plugin: 'custom', pluginConfig, source: 'lab', conditions, rules: [rule] };
  writeFileSync(join(directory, 'lab.json'), JSON.stringify(file));
}
