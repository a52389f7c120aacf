/**
 * The tarball of `npm run package` on hosts that have systemd and nothing else – no Node.js, no npm, no network –, booted for it: installed, upgraded, with
 * versions that are broken in several ways, killed at random, rolled back, removed. Each host is compared file by file.
 * `npm run package -- --only tarball --only deb && sudo npm run bench:install [-- --releases bookworm,trixie --kills 10]`
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bringDown } from '../test/lab/down.ts';
import type { LabHost } from '../test/lab/host.ts';
import { must } from '../test/lab/run.ts';
import { bareHost } from './install/bare-host.ts';
import { kills } from './install/kills.ts';
import { changes, installed, inventory, timed } from './install/look.ts';
import { debPackage } from './install/package.ts';
import { broken, directoryOf, layReleases } from './install/releases.ts';
import { failures, figures, tell } from './install/tell.ts';
import { describeLoad } from './statistics.ts';

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    archive: { type: 'string' },
    releases: { type: 'string', default: 'bookworm,trixie' },
    kills: { type: 'string', default: '10' },
    lab: { type: 'string', default: 'insbench' },
  },
});

const inRelease = (pattern: RegExp): string | undefined =>
  readdirSync(join(root, 'release'))
    .filter((file) => pattern.test(file))
    .map((file) => join(root, 'release', file))
    .at(-1);

function newestArchive(): string {
  const path = inRelease(/^nodemend-\d.*-linux-x64\.tar\.gz$/);
  if (path === undefined) throw new Error('release/ holds no tarball; npm run package -- --only tarball');
  return path;
}

const isFit = (state: string, version: string, opt: string) => state === `${version} active ${opt}`;

async function upgrades(host: LabHost, version: string): Promise<void> {
  await host.sh('mount -t tmpfs -o noexec,size=400M none /mnt && cp -a /root/next /mnt/');
  const next = await timed(host, 'sh /mnt/next/install.sh');
  await host.sh('umount /mnt');
  tell(
    'upgrade, from a directory that is mounted noexec',
    next.code === 0 && isFit(await installed(host), '9.9.9', 'nodemend nodemend.previous'),
    figures(next),
  );
  for (const words of ['rollback', 'rollback']) {
    const back = await timed(host, `/opt/nodemend/install.sh ${words}`);
    tell(words, back.code === 0, `${back.last.replace(/^changed: /, '')}; ${figures(back)}`);
  }
  await host.sh('/opt/nodemend/install.sh rollback', { timeoutMs: 60_000 });
  for (const name of broken) {
    const ran = await timed(host, `${directoryOf(name)}/install.sh --ready-within 5`);
    const state = await installed(host);
    tell(
      `upgrade to a version that ${name}`,
      ran.code === 70 && isFit(state, version, 'nodemend nodemend.previous'),
      `status ${ran.code}, the former one ${figures(ran)}`,
    );
  }
  const closed = await timed(host, '/root/next/install.sh | head -n 1');
  tell('nobody reads what it says', isFit(await installed(host), '9.9.9', 'nodemend nodemend.previous'), figures(closed));
  const told = await timed(host, `timeout -s TERM 2 ${directoryOf(broken[1] ?? '')}/install.sh`);
  tell(
    'SIGTERM while the new one is not ready',
    isFit(await installed(host), '9.9.9', 'nodemend nodemend.previous'),
    `status ${told.code}, the former one ${figures(told)}`,
  );
  await host.sh('/root/release/install.sh', { timeoutMs: 60_000 });
}

async function refusals(host: LabHost): Promise<void> {
  const before = await inventory(host);
  const damaged = await timed(host, '/root/damaged/install.sh');
  let changed = changes(before, await inventory(host));
  tell('a damaged release', damaged.code === 69 && changed === '', `status ${damaged.code}, nothing changed ${changed}`);
  await host.sh('echo "later: true" >/etc/nodemend/conf.d/later.yaml');
  const unknown = await timed(host, '/root/next/install.sh');
  await host.sh('rm /etc/nodemend/conf.d/later.yaml');
  changed = changes(before, await inventory(host));
  const told = unknown.code === 78 && changed === '';
  tell('a configuration that the version does not know', told, `status ${unknown.code}, nothing changed ${changed}`);
}

async function bench(release: string): Promise<void> {
  const base = (await must([join(import.meta.dirname, 'install/bare-root.sh'), release], { timeoutMs: 900_000 })).trim();
  await bringDown(values.lab);
  const host = await bareHost(values.lab, base);
  try {
    const found = await host.exec(['sh', '-c', 'command -v node npm curl wget; ip route 2>/dev/null']);
    const systemd = (await host.sh('systemctl --version')).split('\n')[0] ?? '';
    console.log(`\n| ${release}, ${systemd} | ${describeLoad()} |\n|---|---|`);
    tell('Node.js, npm, curl, wget, a route', found.stdout.trim() === '', found.stdout.trim() || 'none');
    const before = await inventory(host);
    await layReleases(host, values.archive ?? newestArchive());
    const dry = await timed(host, '/root/release/install.sh --dry-run');
    const afterDry = changes(before, await inventory(host));
    tell('--dry-run', dry.code === 0 && afterDry === '', `nothing changed, ${dry.took.toFixed(1)} s ${afterDry}`);
    const first = await timed(host, '/root/release/install.sh');
    tell('install', first.code === 0 && (first.readyAfter ?? 99) <= 10, figures(first));
    const again = await timed(host, '/root/release/install.sh');
    tell(
      'the same again',
      again.last.startsWith('unchanged:') && again.readyAfter === undefined,
      `unchanged, ${again.took.toFixed(1)} s`,
    );
    const exposed = await host.sh('systemd-analyze security --no-pager nodemend.service | tail -n 1');
    tell(
      'systemd-analyze security',
      Number(/: ([0-9.]+) /.exec(exposed)?.[1]) <= 3.5,
      /: ([0-9.]+) /.exec(exposed)?.[1] ?? exposed,
    );
    await upgrades(host, (await host.sh('cat /root/release/VERSION')).trim());
    await refusals(host);
    await kills(host, Number(values.kills));
    const removed = await timed(host, '/opt/nodemend/install.sh uninstall --purge');
    const left = changes(before, await inventory(host));
    tell('uninstall --purge', removed.code === 0 && left === '', `every file as before, ${removed.took.toFixed(1)} s ${left}`);
    const deb = inRelease(/_amd64\.deb$/);
    if (deb !== undefined) await debPackage(host, deb);
  } finally {
    await bringDown(values.lab);
  }
}

for (const release of values.releases.split(',')) await bench(release);
process.exitCode = failures() === 0 ? 0 : 1;
