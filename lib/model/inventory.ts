import type { Bytes } from './units.ts';

/** What the machine is made of. Neither serial numbers nor UUIDs nor addresses: it is sent away. What the machine does not say is absent. */
export interface Machine {
  readonly manufacturer?: string;
  readonly model?: string;
  readonly version?: string;
  readonly virtual: boolean;
  readonly hypervisor?: string;
  readonly chassis?: string;
  readonly board?: string;
  readonly bios: { readonly vendor?: string; readonly version?: string; readonly released?: string };
}

export interface Processors {
  readonly brand?: string;
  readonly sockets: number;
  readonly cores: number;
  /** With hyperthreads: what the kernel schedules on. */
  readonly threads: number;
  readonly gigahertz?: number;
  readonly governor?: string;
}

export interface MemoryModules {
  readonly total: Bytes;
  readonly modules: readonly {
    readonly size: Bytes;
    readonly type?: string;
    readonly megahertz?: number;
  }[];
}

export interface Disk {
  readonly device: string;
  readonly kind: string;
  readonly model?: string;
  readonly vendor?: string;
  readonly size: Bytes;
  readonly bus?: string;
  readonly firmware?: string;
  /** Its own word on itself; `unknown`: no smartctl here, or a disk that it cannot ask. */
  readonly smart: 'passed' | 'failing' | 'unknown';
  readonly celsius?: number;
  readonly powerOnHours?: number;
  /** Of an SSD; 100 and more: worn out. */
  readonly wornPercent?: number;
  readonly reallocatedSectors?: number;
  readonly mediaErrors?: number;
}

export interface NetworkInterface {
  readonly name: string;
  readonly kind: 'physical' | 'bond' | 'bridge';
  readonly driver?: string;
  readonly state?: string;
  readonly megabits?: number;
  readonly duplex?: string;
  readonly mtu?: number;
}

export interface Network {
  readonly interfaces: readonly NetworkInterface[];
  /** Those of pods, tunnels and the like. */
  readonly others: number;
}

export interface InventoryParts {
  readonly machine: Machine;
  readonly processors: Processors;
  readonly memory: MemoryModules;
  readonly disks: readonly Disk[];
  readonly network: Network;
}

export type InventoryPart = keyof InventoryParts;

/** `not-read`: a sentence fragment says why; a disk that hangs is one. */
export type PartAnswer<Value> =
  | { readonly state: 'read'; readonly value: Value }
  | { readonly state: 'not-read'; readonly why: string };

export interface Inventory {
  readonly apiVersion: 'nodemend.io/v1';
  readonly kind: 'Inventory';
  readonly time: string;
  readonly parts: { readonly [Part in InventoryPart]: PartAnswer<InventoryParts[Part]> };
}
