/** Kernel lines in syslog's traditional format, the same for the same seed: "Nov 21 04:27:01 node-1 kernel: [12345.678901] message". */
type Random = () => number;

/** mulberry32: small, seeded, good enough to choose lines. */
function random(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number) => String(value).padStart(2, '0');

/** syslog's time: no year, no zone. */
export function stamp(date: Date): string {
  const day = String(date.getDate()).padStart(2, ' ');
  return `${MONTHS[date.getMonth()]} ${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

const hex = (r: Random, count: number) => Array.from({ length: count }, () => '0123456789abcdef'[Math.floor(r() * 16)]).join('');
const int = (r: Random, from: number, to: number) => from + Math.floor(r() * (to - from));

/** What a healthy to busy node writes; none of it matches a rule of kernel-monitor.json. */
const NOISE: readonly ((r: Random) => string)[] = [
  (r) => `veth${hex(r, 8)}: renamed from eth0`,
  (r) =>
    `cni0: port ${int(r, 1, 110)}(veth${hex(r, 8)}) entered ${['blocking', 'forwarding', 'disabled', 'learning'][int(r, 0, 4)]} state`,
  (r) => `device veth${hex(r, 8)} ${r() < 0.5 ? 'entered' : 'left'} promiscuous mode`,
  (r) => `IPv6: ADDRCONF(NETDEV_CHANGE): veth${hex(r, 8)}: link becomes ready`,
  (r) => `eth0: renamed from tmp${hex(r, 5)}`,
  (r) => `docker0: port ${int(r, 1, 40)}(veth${hex(r, 7)}) entered disabled state`,
  (r) =>
    `EXT4-fs (sd${'abcd'[int(r, 0, 4)]}${int(r, 1, 4)}): mounted filesystem ${hex(r, 8)}-${hex(r, 4)}-${hex(r, 4)}-${hex(r, 4)}-${hex(r, 12)} r/w with ordered data mode. Quota mode: none.`,
  (r) => `XFS (dm-${int(r, 0, 20)}): Ending clean mount`,
  (r) =>
    `audit: type=1400 audit(${int(r, 1700000000, 1790000000)}.${int(r, 100, 999)}:${int(r, 100, 99999)}): apparmor="STATUS" operation="profile_replace" profile="unconfined" name="cri-containerd.apparmor.d" pid=${int(r, 300, 90000)} comm="apparmor_parser"`,
  (r) => `TCP: request_sock_TCP: Possible SYN flooding on port 0.0.0.0:${int(r, 1024, 65535)}. Sending cookies.`,
  () =>
    `nf_conntrack: default automatic helper assignment has been turned off for security reasons and CT-based firewall rule not found. Use the iptables CT target to attach helpers instead.`,
  () =>
    `overlayfs: upperdir is in-use as upperdir/workdir of another mount, mount with '-o index=off' to override exclusive upperdir protection.`,
  (r) =>
    `[UFW BLOCK] IN=ens${int(r, 3, 6)} OUT= MAC=${hex(r, 2)}:${hex(r, 2)}:${hex(r, 2)}:${hex(r, 2)}:${hex(r, 2)}:${hex(r, 2)} SRC=10.${int(r, 0, 255)}.${int(r, 0, 255)}.${int(r, 1, 255)} DST=10.0.0.${int(r, 1, 255)} LEN=${int(r, 40, 1500)} TOS=0x00 PREC=0x00 TTL=64 ID=${int(r, 1, 65535)} PROTO=TCP SPT=${int(r, 1024, 65535)} DPT=${int(r, 1, 1024)} WINDOW=1024 RES=0x00 SYN URGP=0`,
  (r) => `usb 1-${int(r, 1, 8)}: new high-speed USB device number ${int(r, 2, 90)} using xhci_hcd`,
  (r) =>
    `oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=cri-containerd-${hex(r, 64)}.scope,mems_allowed=0,oom_memcg=/kubepods.slice/kubepods-burstable.slice,task=java,pid=${int(r, 300, 90000)},uid=1000`,
  (r) =>
    `[ ${int(r, 300, 90000)}]  1000 ${int(r, 300, 90000)}  ${int(r, 1000, 999999)}    ${int(r, 100, 99999)}   ${int(r, 10000, 999999)}        0           ${int(r, -999, 1000)} java`,
  (r) =>
    `Call Trace: <TASK> __schedule+0x${hex(r, 3)}/0x${hex(r, 3)} schedule+0x${hex(r, 2)}/0x${hex(r, 3)} io_schedule+0x${hex(r, 2)}/0x${hex(r, 2)}`,
  (r) =>
    `perf: interrupt took too long (${int(r, 2500, 9000)} > ${int(r, 2500, 9000)}), lowering kernel.perf_event_max_sample_rate to ${int(r, 10000, 79000)}`,
  (r) => `IPVS: rr: TCP 10.96.${int(r, 0, 255)}.${int(r, 1, 255)}:443 - no destination available`,
  (r) => `hv_balloon: Max. dynamic memory size: ${int(r, 1024, 65536)} MB`,
  (r) => `nvme nvme${int(r, 0, 4)}: ${int(r, 1, 16)}/0/0 default/read/poll queues`,
  (r) => `sd ${int(r, 0, 9)}:0:0:${int(r, 0, 9)}: [sd${'abcdef'[int(r, 0, 6)]}] Attached SCSI disk`,
];

/** The reason that is counted for every occurrence, and the line; conditions are left out, they count once for each transition. */
const MATCH: readonly ((r: Random) => readonly [reason: string, message: string])[] = [
  (r) => [
    'OOMKilling',
    `Memory cgroup out of memory: Killed process ${int(r, 300, 90000)} (java) total-vm:${int(r, 1e5, 9e6)}kB, anon-rss:${int(r, 1e4, 9e5)}kB, file-rss:${int(r, 0, 9e4)}kB, shmem-rss:0kB, UID:1000 pgtables:${int(r, 100, 9999)}kB oom_score_adj:${int(r, 2, 999)}`,
  ],
  (r) => ['TaskHung', `INFO: task kworker/u16:${int(r, 1, 9)}:${int(r, 300, 90000)} blocked for more than 120 seconds.`],
  (r) => ['UnregisterNetDevice', `unregister_netdevice: waiting for lo to become free. Usage count = ${int(r, 1, 9)}`],
  (r) => ['KernelOops', `BUG: unable to handle kernel NULL pointer dereference at 0000000000000${hex(r, 3)}`],
  (r) => [
    'Ext4Error',
    `EXT4-fs error (device sd${'abcd'[int(r, 0, 4)]}1): ext4_find_entry:1455: inode #${int(r, 2, 999999)}: comm kubelet: reading directory lblock 0`,
  ],
  (r) => [
    'Ext4Warning',
    `EXT4-fs warning (device dm-${int(r, 0, 9)}): ext4_end_bio:${int(r, 300, 400)}: I/O error 10 writing to inode ${int(r, 2, 99999)} starting block ${int(r, 2, 99999)})`,
  ],
  (r) => ['IOError', `Buffer I/O error on dev sd${'abcd'[int(r, 0, 4)]}, logical block ${int(r, 2, 999999)}, async page read`],
  (r) => [
    'MemoryReadError',
    `EDAC MC0: ${int(r, 1, 9)} CE memory read error on CPU_SrcID#0_Ha#0_Chan#${int(r, 0, 4)}_DIMM#0 (channel:${int(r, 0, 4)} slot:0 page:0x${hex(r, 6)} offset:0x0 grain:32 syndrome:0x0)`,
  ],
];

export interface KernelLine {
  /** With its newline. */
  readonly line: string;
  /** Which counter it moves. */
  readonly reason?: string;
}

/** `every`: one line in so many matches a rule. */
export function* kernelLines({ lines, every, seed = 1 }: { lines: number; every: number; seed?: number }): Generator<KernelLine> {
  const r = random(seed);
  let up = 12345.678901;
  let matches = 0;
  for (let at = 1; at <= lines; at++) {
    up += r() / 50;
    const prefix = () => `${stamp(new Date())} node-1 kernel: [${up.toFixed(6).padStart(12, ' ')}]`;
    if (every > 0 && at % every === 0) {
      const [reason = '', message = ''] = MATCH[matches++ % MATCH.length]?.(r) ?? [];
      yield { line: `${prefix()} ${message}\n`, reason };
    } else yield { line: `${prefix()} ${NOISE[Math.floor(r() * NOISE.length)]?.(r)}\n` };
  }
}
