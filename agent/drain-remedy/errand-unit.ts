import { parseOrder, parseRecord } from '../../lib/drain-remedy/record.ts';
import type { HostView } from '../../lib/host/host.ts';
import type { HostControl } from '../../lib/host/host-control.ts';
import type { MoveOrder, MoveRecord } from '../../lib/model/move-work.ts';
import { lookAtOne } from '../steps/look.ts';
import { failed, type StepOutcome, stopAt } from '../steps/step.ts';
import { MOVE_UNIT, type MoveFiles, moveProgram } from './program.ts';

/** The program's two files and its unit, as the agent sees them. */
export interface ErrandUnit {
  order(): Promise<MoveOrder | undefined>;
  record(): Promise<MoveRecord | undefined>;
  /** What is to be done, written down; undefined: it is. */
  place(order: MoveOrder, record: MoveRecord): Promise<StepOutcome | undefined>;
  /** Undefined: it is begun. */
  launch(): Promise<StepOutcome | undefined>;
  /** False, too, where systemd does not say. */
  isDead(): Promise<boolean>;
}

export function errandUnit(host: HostView, control: HostControl, files: MoveFiles): ErrandUnit {
  async function readText(path: string): Promise<string> {
    const file = await host.readFile(path);
    return file.kind === 'text' && !file.truncated ? file.text : '';
  }

  async function write(path: string, content: MoveOrder | MoveRecord): Promise<StepOutcome | undefined> {
    const answer = await control.control({ kind: 'write-file', path, text: `${JSON.stringify(content)}\n`, mode: 0o600 });
    return answer.kind === 'done' ? undefined : failed(`${path} could not be written`);
  }

  return {
    order: async () => parseOrder(await readText(files.order)),
    record: async () => parseRecord(await readText(files.record)),
    // The order first: of a record without one nobody would know what to do.
    place: async (order, record) => (await write(files.order, order)) ?? (await write(files.record, record)),
    async launch() {
      // A run that failed is kept by systemd before 236 until it is forgotten; one that is not there is no trouble.
      await control.control({ kind: 'unit', verb: 'reset-failed', unit: MOVE_UNIT });
      return stopAt(await control.control({ kind: 'begin-program', unit: MOVE_UNIT, argv: moveProgram(files.order) }), MOVE_UNIT);
    },
    async isDead() {
      const unit = await lookAtOne(host, MOVE_UNIT);
      return unit !== undefined && unit.activeState !== 'active' && unit.activeState !== 'activating';
    },
  };
}
