import { containerdHung } from '../../test/lab/faults/containerd-hung.ts';
import { dockerdHung } from '../../test/lab/faults/dockerd-hung.ts';
import type { LabHost } from '../../test/lab/host.ts';
import type { Lab } from '../../test/lab/lab.ts';
import { statusOf } from './agent-on-host.ts';
import type { Scenario } from './scenario.ts';

interface Said {
  readonly events: string;
  readonly annotation: string;
  readonly doctor: string;
}

export async function said(host: LabHost, lab: Lab): Promise<Said> {
  const [events, node, doctor] = await Promise.all([
    lab.kubectl([
      'get',
      'events',
      '--field-selector',
      `involvedObject.name=${host.name}`,
      '-o',
      'jsonpath={range .items[*]}{.reason}: {.message}{"\\n"}{end}',
    ]),
    lab.kubectl(['get', 'node', host.name, '-o', 'jsonpath={.metadata.annotations}']),
    host.exec(['/opt/nodemend/nodemend', 'doctor'], { timeoutMs: 20_000 }),
  ]);
  return { events: events.stdout, annotation: node.stdout, doctor: doctor.stdout };
}

/** Everybody is told why nothing is done: status, event, annotation, doctor. */
async function isHeld(host: LabHost, lab: Lab, reason: string, why: RegExp): Promise<readonly string[]> {
  const problem = statusOf(host)?.problems.find((one) => one.reason === reason);
  const { events, annotation, doctor } = await said(host, lab);
  return [
    ...(problem?.next?.blockedBy.includes('mode') === true
      ? []
      : [`status: blockedBy ${problem?.next?.blockedBy.join() ?? 'nothing'}`]),
    ...(why.test(JSON.stringify(problem?.holds ?? [])) ? [] : [`status does not say why: ${JSON.stringify(problem?.holds)}`]),
    ...(/RemedySkipped: .*held by/.test(events) ? [] : ['no event RemedySkipped']),
    ...(annotation.includes('held by mode') ? [] : [`annotation: ${annotation.slice(0, 300)}`]),
    ...(why.test(doctor) ? [] : ['doctor does not say why']),
  ];
}

async function setLiveRestore(host: LabHost, on: boolean): Promise<void> {
  const info = await host.sh("docker info -f '{{.LiveRestoreEnabled}}'");
  if (info.trim() === String(on)) return;
  await host.sh(`sed -i 's/"live-restore": [a-z]*/"live-restore": ${on}/' /etc/docker/daemon.json && systemctl restart docker`, {
    timeoutMs: 60_000,
  });
}

async function bind(host: LabHost, unit: string): Promise<void> {
  const directory = `/etc/systemd/system/${unit}.d`;
  await host.sh(
    `mkdir -p ${directory} && printf '[Unit]\\nBindsTo=containerd.service\\n' >${directory}/50-bench.conf && systemctl daemon-reload`,
  );
}

async function unbind(host: LabHost, unit: string): Promise<void> {
  await host.sh(`rm -rf /etc/systemd/system/${unit}.d/50-bench.conf && systemctl daemon-reload`);
}

const CARRIER = 'bench-carrier.service';

export const heldScenarios: readonly Scenario[] = [
  {
    name: 'live-restore-off',
    title: 'dockerd is stopped, and live-restore is off: a restart would end every container',
    runtime: 'docker',
    problem: { type: 'ContainerRuntimeUnhealthy', reason: 'DockerHung' },
    limits: { found: 12 },
    lookFor: 45,
    before: (host) => setLiveRestore(host, false),
    after: (host) => setLiveRestore(host, true),
    strike: dockerdHung.break,
    inspect: (host, lab) => isHeld(host, lab, 'DockerHung', /live-restore/),
    mend: dockerdHung.mend,
  },
  {
    name: 'bound-docker',
    title: 'containerd is stopped, docker without live-restore is bound to it (BindsTo)',
    runtime: 'docker',
    problem: { type: 'ContainerRuntimeUnhealthy', reason: 'ContainerdHung' },
    limits: { found: 12 },
    lookFor: 45,
    async before(host) {
      await bind(host, 'docker.service');
      await setLiveRestore(host, false);
    },
    async after(host) {
      await unbind(host, 'docker.service');
      await setLiveRestore(host, true);
    },
    strike: containerdHung.break,
    inspect: (host, lab) => isHeld(host, lab, 'ContainerdHung', /workload|live-restore|docker\.service/),
    mend: containerdHung.mend,
  },
  {
    name: 'bound-carrier',
    title: 'containerd is stopped, a service of somebody else is bound to it (BindsTo)',
    runtime: 'containerd',
    problem: { type: 'ContainerRuntimeUnhealthy', reason: 'ContainerdHung' },
    limits: { found: 12 },
    lookFor: 45,
    async before(host) {
      const unit = '[Unit]\\nBindsTo=containerd.service\\n[Service]\\nExecStart=/bin/sleep infinity\\n';
      await host.sh(`printf '${unit}' >/etc/systemd/system/${CARRIER} && systemctl daemon-reload && systemctl start ${CARRIER}`);
    },
    async after(host) {
      await host.sh(`systemctl stop ${CARRIER}; rm -f /etc/systemd/system/${CARRIER}; systemctl daemon-reload`);
    },
    strike: containerdHung.break,
    inspect: (host, lab) => isHeld(host, lab, 'ContainerdHung', /workload|bench-carrier/),
    mend: containerdHung.mend,
  },
];
