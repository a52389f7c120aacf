import type { DefaultRule } from './rule.ts';
import { HOUR } from './rule.ts';

const readEvents = {
  text: 'Read what the hardware says of itself',
  command: 'ras-mc-ctl --errors; ipmitool sel elist | tail -20',
};
const replace = { text: 'Move the work away; the part has to be replaced', command: 'nodemend drain NODE' };
const askGpu = { text: 'Ask the driver', command: 'nvidia-smi -q -d ECC,ROW_REMAPPER,PAGE_RETIREMENT; dmesg -T | grep -i xid' };

const XID = 'NVRM: Xid \\(PCI:(?P<subject>[0-9A-Fa-f:.]+)\\): ';
// NVIDIA's catalogue of Xid errors: what no restart of the workload cures, and what is the workload's own.
const HARDWARE = '(?:46|48|61|62|64|74|79|92|95|109|119|120|136|140|143)';
const MEMORY = '(?:63|94)';
const APPLICATION = '(?:8|13|31|32|43|45|68|69)';

export const memoryErrorRules: readonly DefaultRule[] = [
  {
    reason: 'MemoryReadError',
    severity: 'warning',
    pattern: 'EDAC MC\\d+: \\d+ CE ',
    wording: 'drivers/edac/edac_mc.c: corrected ("CE memory read error on …")',
    advice: [readEvents],
  },
  {
    reason: 'UncorrectedMemoryError',
    condition: 'MemoryFailure',
    severity: 'critical',
    pattern: 'EDAC MC\\d+: \\d+ UE ',
    wording: 'drivers/edac/edac_mc.c: uncorrected',
    quietPeriod: 24 * HOUR,
    advice: [readEvents, replace],
  },
  {
    reason: 'UncorrectedMemoryError',
    condition: 'MemoryFailure',
    severity: 'critical',
    pattern: 'Memory failure: 0x[0-9a-f]+: (?:recovery action for .*: (?:Failed|Ignored)|.*hardware memory corruption)',
    wording: 'mm/memory-failure.c: what came of an uncorrected page',
    quietPeriod: 24 * HOUR,
    advice: [readEvents, replace],
  },
  {
    reason: 'MachineCheck',
    severity: 'warning',
    pattern:
      '(?:mce: \\[Hardware Error\\]: Machine check events logged|Uncorrected hardware memory error in user-access|\\[Hardware Error\\]: CPU \\d+: Machine Check)',
    wording: 'arch/x86/kernel/cpu/mce, all',
    advice: [readEvents],
  },
  {
    reason: 'CperHardwareErrorCorrected',
    severity: 'notice',
    pattern: '\\[Hardware Error\\]: event severity: corrected',
    wording: 'drivers/firmware/efi/cper.c',
    advice: [readEvents],
  },
  {
    reason: 'CperHardwareErrorRecoverable',
    severity: 'warning',
    pattern: '\\[Hardware Error\\]: event severity: recoverable',
    wording: 'drivers/firmware/efi/cper.c',
    advice: [readEvents],
  },
  {
    reason: 'CperHardwareErrorFatal',
    condition: 'CperHardwareErrorFatal',
    severity: 'critical',
    pattern: '\\[Hardware Error\\]: event severity: fatal',
    wording: 'drivers/firmware/efi/cper.c; often told by the boot after it',
    quietPeriod: 24 * HOUR,
    advice: [readEvents, replace],
  },
  {
    reason: 'PcieError',
    severity: 'warning',
    pattern: 'PCIe Bus Error: severity=(?:Uncorrected|Uncorrectable) \\((?:Non-Fatal|Fatal)\\)',
    wording: 'drivers/pci/pcie/aer.c: "Uncorrected"; "Uncorrectable" since 6.10',
    advice: [readEvents],
  },
  {
    reason: 'ThermalThrottling',
    severity: 'notice',
    pattern: 'CPU\\d+: (?:Core|Package) temperature (?:is )?above threshold, cpu clock (?:is )?throttled',
    wording: 'drivers/thermal/intel/therm_throt.c; "is above … is throttled" since 5.6',
    advice: [readEvents],
  },
];

export const gpuRules: readonly DefaultRule[] = [
  { reason: 'GpuXid', severity: 'notice', pattern: `${XID}\\d+`, wording: 'NVIDIA driver', advice: [askGpu] },
  {
    reason: 'GpuXidHardware',
    condition: 'GpuFailure',
    severity: 'critical',
    pattern: `${XID}${HARDWARE}\\b`,
    wording: 'NVIDIA driver',
    quietPeriod: 24 * HOUR,
    advice: [
      askGpu,
      {
        text: 'Move the work away and reset the device, or reboot',
        command: 'nodemend drain NODE; nvidia-smi --gpu-reset -i GPU',
      },
    ],
  },
  {
    reason: 'GpuXidMemory',
    severity: 'warning',
    pattern: `${XID}${MEMORY}\\b`,
    wording: 'NVIDIA driver',
    advice: [askGpu, { text: 'A remapped row takes effect at the next reset of the device' }],
  },
  {
    reason: 'GpuXidApplication',
    severity: 'notice',
    pattern: `${XID}${APPLICATION}\\b`,
    wording: 'NVIDIA driver',
    advice: [{ text: 'Nearly always the program that runs on it' }, askGpu],
  },
];
