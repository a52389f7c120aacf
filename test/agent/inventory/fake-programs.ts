import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** As dmidecode 3.x says it of a rack server, cut to what is looked for. Serial numbers and the like are marked: none may get out. */
const DMI: Readonly<Record<string, string>> = {
  system:
    'System Information\n\tManufacturer: Dell Inc.\n\tProduct Name: PowerEdge R650\n\tVersion: Not Specified\n\tSerial Number: SECRET-SERIAL\n\tUUID: 4c4c4544-0053-4543-8052-5ec4e75e0000\n\tSKU Number: SECRET-SKU\n',
  bios: 'BIOS Information\n\tVendor: Dell Inc.\n\tVersion: 1.15.2\n\tRelease Date: 09/10/2024\n\tBIOS Revision: 1.15\n',
  '-t 2': 'Base Board Information\n\tManufacturer: Dell Inc.\n\tProduct Name: 0PYXKY\n\tSerial Number: SECRET-BOARD\n',
  memory: [0, 1]
    .map(
      (slot) =>
        `Memory Device\n\tTotal Width: 72 bits\n\tData Width: 64 bits\n\tSize: 32 GB\n\tForm Factor: DIMM\n\tLocator: A${slot}\n\tBank Locator: Not Specified\n\tType: DDR4\n\tSpeed: 3200 MT/s\n\tManufacturer: Samsung\n\tSerial Number: SECRET-DIMM\n\tPart Number: M393A4K40DB3-CWE\n\tConfigured Memory Speed: 2933 MT/s\n`,
    )
    .join('\n'),
};

const disk = (name: string, more: object) => ({
  ...{ name, path: `/dev/${name}`, type: 'disk', size: 960_197_124_096, mountpoint: null, label: null, fstype: null },
  ...{ serial: 'SECRET-DISK', wwn: 'SECRET-WWN', vendor: null, rev: null, ...more },
});
const LSBLK = {
  blockdevices: [
    disk('nvme9n1', { model: 'SAMSUNG MZQL2960HCJR-00A07', tran: 'nvme', rev: 'GDC5602Q' }),
    disk('sdz', { model: 'ST4000NM0035', tran: 'sata', vendor: 'ATA     ', rev: 'TN03' }),
    { name: 'loop0', path: '/dev/loop0', type: 'loop', size: 4096, model: null },
  ],
};

const answer = (device: string, more: object) =>
  JSON.stringify({ smartctl: { argv: ['smartctl', '-a', '-j', device] }, serial_number: 'SECRET-SMART', ...more });
const SMART: Readonly<Record<string, string>> = {
  '/dev/nvme9n1': answer('/dev/nvme9n1', {
    smart_status: { passed: true },
    temperature: { current: 38 },
    power_on_time: { hours: 21_044 },
    nvme_smart_health_information_log: { percentage_used: 7, media_errors: 0 },
  }),
  '/dev/sdz': answer('/dev/sdz', {
    smart_status: { passed: false },
    temperature: { current: 51 },
    power_on_time: { hours: 61_230 },
    ata_smart_attributes: { table: [{ id: 5, name: 'Reallocated_Sector_Ct', raw: { value: 1904, string: '1904' } }] },
  }),
};

const cases = (texts: Readonly<Record<string, string>>) =>
  Object.entries(texts)
    .map(([word, text]) => `*"${word}"*) cat <<'SAID'\n${text}\nSAID\n;;`)
    .join('\n');

/** A directory with programs of these names; `hung`: those that never answer. */
export function fakePrograms(hung: readonly string[] = []): string {
  const directory = mkdtempSync(join(tmpdir(), 'nodemend-inventory-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const programs: Readonly<Record<string, string>> = {
    dmidecode: `case "$*" in\n${cases(DMI)}\nesac`,
    lsblk: `cat <<'SAID'\n${JSON.stringify(LSBLK)}\nSAID`,
    smartctl: `case "$*" in\n${cases(SMART)}\nesac`,
  };
  for (const [name, body] of Object.entries(programs)) {
    const text = hung.includes(name) ? '#!/bin/sh\nexec sleep 30\n' : `#!/bin/sh\n${body}\n`;
    writeFileSync(join(directory, name), text, { mode: 0o755 });
  }
  return directory;
}
