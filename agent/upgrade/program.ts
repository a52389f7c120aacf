import { ownProgram } from '../own-program.ts';
import type { UpgradeReport, UpgradeRequest } from './upgrade.ts';

export interface UpgradeProgramRequest extends UpgradeRequest {
  readonly id: string;
  readonly resultFile: string;
}

/** What the program leaves behind. */
export interface UpgradeFile extends UpgradeReport {
  readonly id: string;
}

export const UPGRADE_UNIT = 'nodemend-upgrade-systemd.service';
/** Not in /run/nodemend, which goes when the agent is stopped. */
export const RESULT_FILE = '/run/nodemend-upgrade-systemd.json';

const PROGRAM = ownProgram('upgrade', 'upgrade.cjs');

export const upgradeProgram = (request: UpgradeProgramRequest): readonly [string, ...string[]] => [
  process.execPath,
  PROGRAM,
  JSON.stringify(request),
];

export function parseUpgradeFile(text: string, id: string): UpgradeReport | undefined {
  try {
    const file = JSON.parse(text) as Partial<UpgradeFile>;
    if (file.id !== id || typeof file.ok !== 'boolean') return undefined;
    return { ok: file.ok, why: String(file.why) };
  } catch {
    return undefined;
  }
}
