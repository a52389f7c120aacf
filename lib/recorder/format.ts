import { crc32 } from 'node:zlib';
import { FLIGHT_MEASURES, type FlightMark, type FlightSample } from '../model/flight.ts';

/** Two in a page and none across a sector of 512 bytes: a record is there or not, hardly ever half. */
export const SLOT_BYTES = 256;
const MAGIC = 0x4e46;
const VERSION = 1;
const MARKS: readonly FlightMark[] = ['running', 'started', 'stopped'];

const AT = { crc: 0, magic: 4, version: 6, mark: 7, seq: 8, at: 16, up: 24, boot: 32, measures: 72 } as const;
const BOOT_BYTES = AT.measures - AT.boot;

export interface Slot {
  readonly seq: number;
  readonly sample: FlightSample;
}

/** One record: fixed in size, sealed by a CRC, NaN for what was not measured. */
export function encodeSlot({ seq, sample }: Slot): Buffer {
  const slot = Buffer.alloc(SLOT_BYTES);
  slot.writeUInt16LE(MAGIC, AT.magic);
  slot.writeUInt8(VERSION, AT.version);
  slot.writeUInt8(MARKS.indexOf(sample.mark), AT.mark);
  slot.writeDoubleLE(seq, AT.seq);
  slot.writeDoubleLE(sample.at, AT.at);
  slot.writeDoubleLE(sample.up, AT.up);
  slot.write(sample.boot, AT.boot, BOOT_BYTES, 'latin1');
  for (const [index, name] of FLIGHT_MEASURES.entries()) {
    slot.writeDoubleLE(sample[name] ?? Number.NaN, AT.measures + index * 8);
  }
  slot.writeUInt32LE(crc32(slot.subarray(AT.magic)), AT.crc);
  return slot;
}

/** The record in these bytes, or undefined: never written, half written, damaged, or of a version we do not know. */
export function decodeSlot(slot: Buffer): Slot | undefined {
  if (slot.length !== SLOT_BYTES || slot.readUInt16LE(AT.magic) !== MAGIC || slot.readUInt8(AT.version) !== VERSION)
    return undefined;
  if (slot.readUInt32LE(AT.crc) !== crc32(slot.subarray(AT.magic))) return undefined;
  const measures = FLIGHT_MEASURES.flatMap((name, index) => {
    const value = slot.readDoubleLE(AT.measures + index * 8);
    return Number.isFinite(value) ? [[name, value] as const] : [];
  });
  const boot = slot.toString('latin1', AT.boot, AT.measures);
  const sample: FlightSample = {
    at: slot.readDoubleLE(AT.at),
    up: slot.readDoubleLE(AT.up),
    boot: boot.slice(0, boot.indexOf('\0') === -1 ? undefined : boot.indexOf('\0')),
    mark: MARKS[slot.readUInt8(AT.mark)] ?? 'running',
    ...Object.fromEntries(measures),
  };
  return { seq: slot.readDoubleLE(AT.seq), sample };
}

/** Every sound record of a ring, the oldest first. */
export function decodeRing(ring: Buffer): readonly Slot[] {
  const slots: Slot[] = [];
  for (let at = 0; at + SLOT_BYTES <= ring.length; at += SLOT_BYTES) {
    const slot = decodeSlot(ring.subarray(at, at + SLOT_BYTES));
    if (slot !== undefined && Number.isSafeInteger(slot.seq)) slots.push(slot);
  }
  return slots.sort((a, b) => a.seq - b.seq);
}
