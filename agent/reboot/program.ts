import type { RebootSettings } from '../../lib/model/reboot.ts';
import { ownProgram } from '../own-program.ts';
import type { ProgramIdentity } from '../steps/step.ts';
import type { RebootedFor } from './validate.ts';

/** The last look and the reboot; or, after the boot, proof, validation and uncordon. */
export interface RebootRequest {
  readonly do: 'reboot' | 'after';
  readonly id: string;
  readonly identity: ProgramIdentity;
  readonly settings: RebootSettings;
  /** What the host was rebooted for; of `after` alone. */
  readonly rebootedFor?: RebootedFor;
  readonly resultFile: string;
}

/** What the program leaves behind. `rebooting`: it looked, nothing stood in the way, and systemd is told next. */
export interface RebootReport {
  readonly id: string;
  readonly kind: 'rebooting' | 'refused' | 'done' | 'failed';
  /** Sentence. */
  readonly why: string;
  /** Of the kernel that the program ran under. */
  readonly boot: string;
}

export const REBOOT_UNIT = 'nodemend-reboot.service';
export const AFTER_UNIT = 'nodemend-reboot-after.service';
/** Not in /run/nodemend, which goes when the agent is stopped. In a tmpfs: a boot begins without them. */
export const REBOOT_FILE = '/run/nodemend-reboot.json';
export const AFTER_FILE = '/run/nodemend-reboot-after.json';

const PROGRAM = ownProgram('reboot', 'reboot.cjs');

export const rebootProgram = (request: RebootRequest): readonly [string, ...string[]] => [
  process.execPath,
  PROGRAM,
  JSON.stringify(request),
];

const KINDS: readonly RebootReport['kind'][] = ['rebooting', 'refused', 'done', 'failed'];

/** `id`: of the run that is meant; undefined: any run of this boot. */
export function parseRebootReport(text: string, { id, boot }: { id?: string; boot?: string }): RebootReport | undefined {
  try {
    const report = JSON.parse(text) as Partial<RebootReport>;
    const kind = KINDS.find((one) => one === report.kind);
    if (kind === undefined || (id !== undefined && report.id !== id) || (boot !== undefined && report.boot !== boot))
      return undefined;
    return { id: String(report.id), kind, why: String(report.why), boot: String(report.boot) };
  } catch {
    return undefined;
  }
}
