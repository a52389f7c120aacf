import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MoveJournal } from '../../lib/docker/move-journal.ts';
import type { LabHost } from '../../test/lab/host.ts';
import { type Ended, move, nodemend, said, startMove, untilCopying, untilStage } from './moving.ts';
import { MOUNT, TARGET } from './place.ts';

/** One accident; `run` ends when the move is over. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** A word of the reason why it went back. */
  readonly because: RegExp;
  run(host: LabHost): Promise<Ended>;
  /** Back to what the next one begins with. */
  mend?(host: LabHost): Promise<void>;
}

const DROP_IN = 'etc/systemd/system/docker.service.d/99-bench.conf';

/** Something that happens to the new root right before dockerd starts on it. */
export async function beforeNewRoot(host: LabHost, command: string): Promise<void> {
  await host.sh(`mkdir -p /etc/systemd/system/docker.service.d`);
  const script = `if grep -q ${TARGET} /etc/docker/daemon.json; then ${command}; fi`;
  writeFileSync(join(host.root, DROP_IN), `[Service]\nExecStartPre=/bin/sh -c '${script}'\n`);
  await host.sh('systemctl daemon-reload');
}

export const noDropIn = async (host: LabHost) => {
  rmSync(join(host.root, DROP_IN), { force: true });
  await host.sh('systemctl daemon-reload');
};

async function during(
  host: LabHost,
  act: (pid: number) => Promise<void>,
  until: 'copying' | MoveJournal['stage'] = 'copying',
): Promise<Ended> {
  const from = new Date().toISOString();
  const running = await startMove(host);
  await (until === 'copying' ? untilCopying(host, from) : untilStage(host, until, from));
  await act(running.pid);
  await running.ended();
  return { code: null, text: said(host) };
}

async function killedIn(host: LabHost, stage: 'copying' | MoveJournal['stage']): Promise<void> {
  const from = new Date().toISOString();
  const running = await startMove(host);
  await (stage === 'copying' ? untilCopying(host, from) : untilStage(host, stage, from));
  await running.kill('SIGKILL');
}

const killed = (stage: 'copying' | MoveJournal['stage']): Scenario => ({
  name: `kill -9 ${stage}`,
  title: `kill -9 of the command, stage ${stage}; then --abort`,
  because: /given up/,
  async run(host) {
    await killedIn(host, stage);
    return await nodemend(host, '--abort');
  },
});

export const scenarios: readonly Scenario[] = [
  {
    name: 'enospc',
    title: 'somebody fills the target during the copy',
    because: /No space left on device/,
    run: (host) =>
      during(
        host,
        async () =>
          void (await host.exec(['sh', '-c', `fallocate -l $(df --output=avail -B1 ${MOUNT} | tail -n 1) ${MOUNT}/filler`], {
            timeoutMs: 60_000,
          })),
      ),
    mend: (host) => host.sh(`rm -f ${MOUNT}/filler`).then(() => undefined),
  },
  {
    name: 'rsync killed',
    title: 'rsync is killed (as by the OOM killer)',
    because: /could not copy/,
    run: (host) => during(host, async () => void (await host.exec(['pkill', '-9', '-x', 'rsync']))),
  },
  {
    name: 'target unmounted',
    title: 'umount --lazy of the target during the copy',
    because: /is missing: is the file system/,
    run: (host) => during(host, async () => void (await host.sh(`umount --lazy ${MOUNT}`))),
    mend: (host) => host.sh(`mount ${MOUNT}`).then(() => undefined),
  },
  {
    name: 'target read-only',
    title: 'the target becomes read-only before dockerd starts on it',
    because: /could not start docker on the new root/,
    async run(host) {
      await beforeNewRoot(host, `mount -o remount,ro ${MOUNT}`);
      return await move(host);
    },
    async mend(host) {
      await noDropIn(host);
      await host.sh(`mount -o remount,rw ${MOUNT}`);
    },
  },
  {
    name: 'dockerd refuses',
    title: 'dockerd refuses the new root (its image database is garbage)',
    because: /could not start docker on the new root.*repositories.json|invalid character/,
    async run(host) {
      await beforeNewRoot(host, `echo garbage >${TARGET}/image/overlay2/repositories.json`);
      return await move(host);
    },
    mend: noDropIn,
  },
  {
    name: 'image lost',
    title: 'an image is missing on the new root',
    because: /image.* missing: sha256/,
    async run(host) {
      await beforeNewRoot(host, `set -- ${TARGET}/image/overlay2/imagedb/content/sha256/*; rm -f $1`);
      return await move(host);
    },
    mend: noDropIn,
  },
  {
    name: 'daemon.json read-only',
    title: 'daemon.json cannot be written (a read-only bind mount)',
    because: /daemon.json was not written/,
    async run(host) {
      await host.sh(
        'mount --bind /etc/docker/daemon.json /etc/docker/daemon.json; mount -o remount,bind,ro /etc/docker/daemon.json',
      );
      return await move(host);
    },
    mend: (host) => host.sh('umount /etc/docker/daemon.json').then(() => undefined),
  },
  {
    name: 'daemon.json edited',
    title: 'somebody edits daemon.json during the copy',
    because: /changed by somebody/,
    run: (host) =>
      during(
        host,
        async () =>
          void (await host.sh(`cp /etc/docker/daemon.json /root/daemon.json; sed -i 's/10m/11m/' /etc/docker/daemon.json`)),
      ),
  },
  {
    name: 'journal unwritable',
    title: 'the journal cannot be written any more',
    because: /journal.json was not written/,
    run: (host) =>
      during(host, async () => {
        const at = '/var/lib/nodemend/docker-move';
        await host.sh(`mount --bind ${at} ${at}; mount -o remount,bind,ro ${at}`);
      }),
    async mend(host) {
      await host.sh('umount /var/lib/nodemend/docker-move');
      await nodemend(host, '--abort');
    },
  },
  {
    name: 'started by others',
    title: 'systemctl start kubelet docker.socket docker during the copy (nothing starts), then Ctrl-C',
    because: /it was interrupted/,
    run: (host) =>
      during(host, async (pid) => {
        await host.exec(['systemctl', 'start', 'kubelet', 'docker.socket', 'docker'], { timeoutMs: 20_000 });
        const active = await host.exec(['systemctl', 'is-active', 'kubelet', 'docker.socket', 'docker']);
        if (/^active$/m.test(active.stdout)) throw new Error(`started beside the copy: ${active.stdout}`);
        process.kill(pid, 'SIGINT');
      }),
  },
  ...(['hold', 'stop', 'copying', 'verify', 'switch', 'start', 'compare', 'release'] as const).map(killed),
  {
    name: 'kill -9 on the way back',
    title: 'kill -9 while it goes back; then the same command again',
    because: /image.* missing: sha256/,
    async run(host) {
      await beforeNewRoot(host, `set -- ${TARGET}/image/overlay2/imagedb/content/sha256/*; rm -f $1`);
      await killedIn(host, 'halt');
      return await move(host);
    },
    mend: noDropIn,
  },
];
