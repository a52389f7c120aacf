import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabHost } from '../../test/lab/host.ts';
import type { Lab } from '../../test/lab/lab.ts';

export const lineOf = (lab: Lab, real: boolean): string =>
  real ? `nodemend-lab-${lab.name}: trouble ${Math.random().toString(36).slice(2)}` : 'Remounting filesystem read-only';

/** A monitor of the operator's for that line. */
export function placeMonitor(lab: Lab, host: LabHost): void {
  const file = {
    plugin: 'kmsg',
    logPath: '/dev/kmsg',
    lookback: '5m',
    bufferSize: 10,
    source: 'lab-monitor',
    conditions: [{ type: 'LabTrouble', reason: 'NoLabTrouble', message: 'no trouble in the lab' }],
    rules: [
      { type: 'permanent', condition: 'LabTrouble', reason: 'LabIsTroubled', pattern: `nodemend-lab-${lab.name}: trouble .*` },
    ],
  };
  mkdirSync(join(host.root, 'etc/nodemend/monitors'), { recursive: true });
  writeFileSync(join(host.root, 'etc/nodemend/monitors/lab-trouble.json'), JSON.stringify(file), { mode: 0o644 });
}
