import type { Systeminformation } from 'systeminformation';
import type { Disk, Machine, MemoryModules, Processors } from '../model/inventory.ts';
import { printable } from '../model/printable.ts';

/** What firmware says where its maker said nothing. */
const NOTHING =
  /^(?:[-–. ]*|0+|unknown|none|n\/a|default string|system (?:product name|manufacturer|version)|not (?:specified|defined|available|applicable)|to be filled by o\.?e\.?m\.?|o\.e\.m\.)$/i;
const MOST_LISTED = 64;

type Words<Key extends string> = { readonly [One in Key]?: string };

/** Those of the words that say something, bounded. */
function said<Key extends string>(words: Readonly<Record<Key, string | null | undefined>>): Words<Key> {
  const known = Object.entries<string | null | undefined>(words).flatMap(([key, word]) => {
    const text = printable(String(word ?? '').trim(), 100);
    return NOTHING.test(text) ? [] : [[key, text] as const];
  });
  return Object.fromEntries(known) as Words<Key>;
}

type Numbers<Key extends string> = { readonly [One in Key]?: number };

function measured<Key extends string>(numbers: Readonly<Record<Key, number | null | undefined>>): Numbers<Key> {
  const known = Object.entries<number | null | undefined>(numbers).filter(([, value]) => Number.isFinite(value));
  return Object.fromEntries(known) as Numbers<Key>;
}

const positive = (value: number | null | undefined) => (value !== null && value !== undefined && value > 0 ? value : undefined);

/** SMBIOS writes mm/dd/yyyy (7.1.1), and systeminformation 5.33 takes the month for the day. */
const toDate = (released: string) => released.replace(/^(\d{4})-(\d\d)-(\d\d)$/, '$1-$3-$2');

export interface MachineData {
  readonly system: Systeminformation.SystemData;
  readonly bios: Systeminformation.BiosData;
  readonly board: Systeminformation.BaseboardData;
  readonly chassis: Systeminformation.ChassisData;
}

export function toMachine({ system, bios, board, chassis }: MachineData): Machine {
  return {
    ...said({ manufacturer: system.manufacturer, model: system.model, version: system.version }),
    virtual: system.virtual === true,
    ...said({ hypervisor: system.virtualHost, chassis: chassis.type, board: `${board.manufacturer} ${board.model}` }),
    bios: said({ vendor: bios.vendor, version: bios.version, released: toDate(bios.releaseDate) }),
  };
}

export function toProcessors(cpu: Systeminformation.CpuData): Processors {
  return {
    ...said({ brand: `${cpu.manufacturer} ${cpu.brand}` }),
    ...{ sockets: cpu.processors, cores: cpu.physicalCores, threads: cpu.cores },
    ...measured({ gigahertz: positive(cpu.speedMax) ?? positive(cpu.speed) }),
    ...said({ governor: cpu.governor }),
  };
}

/** Without dmidecode's word it makes one module of all memory, of no type. Its `ecc` is false on every Linux: it greps the widths away. */
const isModule = ({ size, type, clockSpeed }: Systeminformation.MemLayoutData) =>
  size > 0 && (type !== '' || (clockSpeed ?? 0) > 0);

export function toMemory(
  { total }: Pick<Systeminformation.MemData, 'total'>,
  layout: readonly Systeminformation.MemLayoutData[],
): MemoryModules {
  const modules = layout.filter(isModule).slice(0, MOST_LISTED);
  return {
    total,
    modules: modules.map(({ size, type, clockSpeed }) => ({
      size,
      ...said({ type }),
      ...measured({ megahertz: positive(clockSpeed) }),
    })),
  };
}

const SMART: Readonly<Record<string, Disk['smart']>> = { Ok: 'passed', 'Predicted Failure': 'failing' };
/** ATA attribute 5, Reallocated_Sector_Ct. */
const REALLOCATED = 5;

export function toDisks(layout: readonly Systeminformation.DiskLayoutData[]): readonly Disk[] {
  return layout.slice(0, MOST_LISTED).map((disk) => {
    const { smartData } = disk;
    const nvme = smartData?.nvme_smart_health_information_log;
    const reallocated = smartData?.ata_smart_attributes?.table?.find(({ id }) => id === REALLOCATED);
    return {
      device: printable(disk.device, 100),
      kind: disk.type,
      ...said({ model: disk.name, vendor: disk.vendor }),
      size: disk.size,
      ...said({ bus: disk.interfaceType, firmware: disk.firmwareRevision }),
      smart: SMART[disk.smartStatus] ?? 'unknown',
      ...measured({
        celsius: disk.temperature,
        powerOnHours: smartData?.power_on_time?.hours,
        wornPercent: nvme?.percentage_used,
        reallocatedSectors: reallocated?.raw.value,
        mediaErrors: nvme?.media_errors,
      }),
    };
  });
}

/** Loaded on use: large, and many of its calls start shells, which hang on what hangs. Only ever in a child that may be killed. */
export async function readMachineParts() {
  const si = await import('systeminformation');
  return {
    async machine(): Promise<Machine> {
      const [system, bios, board, chassis] = await Promise.all([si.system(), si.bios(), si.baseboard(), si.chassis()]);
      return toMachine({ system, bios, board, chassis });
    },
    processors: async (): Promise<Processors> => toProcessors(await si.cpu()),
    async memory(): Promise<MemoryModules> {
      const [all, layout] = await Promise.all([si.mem(), si.memLayout()]);
      return toMemory(all, layout);
    },
    disks: async (): Promise<readonly Disk[]> => toDisks(await si.diskLayout()),
  };
}
