import type { HostView, RunResult } from '../../lib/host/host.ts';
import type { Inventory, InventoryPart, InventoryParts, PartAnswer } from '../../lib/model/inventory.ts';
import { formatDuration } from '../../lib/model/quantity.ts';
import { type Duration, KiB, seconds } from '../../lib/model/units.ts';
import { ownProgram } from '../own-program.ts';

const PROGRAM = ownProgram('inventory', 'inventory.cjs');
/** smartctl wakes a disk that sleeps; what takes longer hangs. */
const DEADLINE: Duration = seconds(8);
const MOST = 256 * KiB;

function toAnswer<Value>(result: RunResult): PartAnswer<Value> {
  const no = (why: string) => ({ state: 'not-read', why }) as const;
  if (result.kind === 'timed-out') return no(`it did not answer within ${formatDuration(result.after)}`);
  if (result.kind !== 'exited') return no(result.kind);
  if (result.code !== 0) return no(result.stderr.trim().split('\n').at(-1) || `status ${result.code}`);
  try {
    return { state: 'read', value: JSON.parse(result.stdout) as Value };
  } catch {
    return no('its answer is no JSON');
  }
}

const partProgram = (part: InventoryPart): readonly [string, ...string[]] => [process.execPath, PROGRAM, part];

/** What the machine is made of, for who shall help from afar; each part in a child that is killed when it hangs, all side by side. */
export async function takeInventory(
  { run, clock }: Pick<HostView, 'run' | 'clock'>,
  deadline: Duration = DEADLINE,
): Promise<Inventory> {
  const time = new Date(clock.now()).toISOString();
  const read = async <Part extends InventoryPart>(part: Part): Promise<PartAnswer<InventoryParts[Part]>> =>
    toAnswer(await run(partProgram(part), { deadline, maxBytes: MOST }));
  const [machine, processors, memory, disks, network] = await Promise.all([
    read('machine'),
    read('processors'),
    read('memory'),
    read('disks'),
    read('network'),
  ]);
  return { apiVersion: 'nodemend.io/v1', kind: 'Inventory', time, parts: { machine, processors, memory, disks, network } };
}
