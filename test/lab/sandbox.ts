import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabHost } from './host.ts';

const unit = readFileSync(join(import.meta.dirname, '../../systemd/nodemend.service'), 'utf8');
const name = 'nodemend-probe.service';

/** The agent's own unit as it is, but for what it runs. What would run after it would open, and so empty, the output again. */
const instead = `[Service]
Type=oneshot
Restart=no
WatchdogSec=0
ExecStopPost=
ExecStart=
ExecStart=/bin/sh /run/${name}.sh
StandardOutput=truncate:/run/${name}.out
StandardError=inherit
`;

/** Runs a shell script where the agent lives: same capabilities, namespaces, filters and bounds. Gives both outputs. */
export async function inSandbox(host: LabHost, script: string): Promise<string> {
  await host.sh(`mkdir -p /run/systemd/system/${name}.d`);
  writeFileSync(join(host.root, 'etc/systemd/system', name), unit);
  writeFileSync(join(host.root, 'root/probe.sh'), script);
  writeFileSync(join(host.root, 'root/probe.conf'), instead);
  // /run is the host's own; only it sees what is below.
  await host.sh(`mv /etc/systemd/system/${name} /run/systemd/system/ && mv /root/probe.sh /run/${name}.sh &&
    mv /root/probe.conf /run/systemd/system/${name}.d/ && systemctl daemon-reload`);
  await host.exec(['systemctl', 'start', name], { timeoutMs: 60_000 });
  return await host.sh(`cat /run/${name}.out`);
}

export async function leaveSandbox(host: LabHost): Promise<void> {
  await host.sh(
    `rm -rf /run/systemd/system/${name}* /run/${name}*; systemctl daemon-reload; systemctl reset-failed ${name} || true`,
  );
}
