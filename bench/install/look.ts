import type { LabHost } from '../../test/lab/host.ts';

export interface Ran {
  readonly code: number | null;
  /** Last line on standard output, and all of standard error. */
  readonly last: string;
  readonly stderr: string;
  /** From the start of the command until the service was active; undefined: it was so before. */
  readonly readyAfter: number | undefined;
  readonly took: number;
}

const seconds = (text: string | undefined): number => Number(text ?? Number.NaN);

/** Runs a command in the host and says when the agent became ready, by systemd's own clock. */
export async function timed(host: LabHost, command: string, timeoutMs = 240_000): Promise<Ran> {
  const script = `read s _ </proc/uptime; ${command}; c=$?; read e _ </proc/uptime
    a=$(systemctl show -p ActiveEnterTimestampMonotonic nodemend.service); echo; echo "$s $e \${a#*=}"; exit $c`;
  const { code, stdout, stderr } = await host.exec(['sh', '-c', script], { timeoutMs });
  const lines = stdout.trim().split('\n');
  const [start, end, active] = (lines.pop() ?? '').split(' ');
  const ready = seconds(active) / 1e6 - seconds(start);
  return {
    ...{ code, stderr, last: lines.findLast((line) => line !== '') ?? '' },
    ...{ readyAfter: ready > 0 ? ready : undefined, took: seconds(end) - seconds(start) },
  };
}

/** Every file of the host with its kind, mode, owner, sum and what a link says; not what lives and moves, and what is ours to bring. */
export async function inventory(host: LabHost): Promise<string> {
  // What the running agent writes is no change of install.sh's.
  const skip = ['/var/lib/nodemend/*', '/proc', '/sys', '/dev', '/run', '/root', '/tmp', '/var/tmp', '/var/log', '/var/cache']
    .map((path) => `-path '${path}'`)
    .join(' -o ');
  return await host.sh(
    `{ find / -xdev \\( ${skip} \\) -prune -o -printf '%p %y %m %U:%G %l\\n'
    find /etc /opt /usr/local /var/lib -xdev -path '/var/lib/nodemend/*' -prune -o -type f -exec sha256sum {} +
    find /run -name '*nodemend*'; systemctl list-units --all --plain --no-legend | grep nodemend; systemctl list-unit-files --no-legend | grep nodemend; true; } | sort`,
    { timeoutMs: 120_000 },
  );
}

/** What of the agent is there. */
export const installed = async (host: LabHost): Promise<string> =>
  (await host.sh('cat /opt/nodemend/VERSION; systemctl is-active nodemend; ls -A /opt | tr "\\n" " "'))
    .trim()
    .replaceAll('\n', ' ');

/** What is new or gone, in short; nothing: all is as it was. */
export function changes(before: string, after: string): string {
  const [old, now] = [before.split('\n'), after.split('\n')].map((lines) => new Set(lines)) as [Set<string>, Set<string>];
  const lines = [
    ...[...old].filter((line) => !now.has(line)).map((line) => `gone: ${line}`),
    ...[...now].filter((line) => !old.has(line)),
  ];
  return lines.slice(0, 5).join('; ');
}
