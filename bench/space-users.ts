import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { SpaceUsers } from '../lib/model/space.ts';

/** What the walk over a large filesystem costs: a loop device with ext4, as root. `npm run bench:space -- [--files N] [--within MS]`. */
const { values } = parseArgs({
  options: { files: { type: 'string', default: '2000000' }, within: { type: 'string', default: '8500' } },
});
const files = Number(values.files);
const sh = (command: string) => execFileSync('sh', ['-c', command], { encoding: 'utf8' }).trim();
const dist = join(import.meta.dirname, '../dist');

const directory = mkdtempSync(join(tmpdir(), 'space-'));
const [image, root] = [join(directory, 'image'), join(directory, 'root')];
const content = Buffer.alloc(5000, 'x');

function fill(path: string, count: number, every: number): void {
  mkdirSync(join(root, path), { recursive: true });
  for (let at = 0; at < count; at += 1) {
    const file = openSync(join(root, path, `file-${at}`), 'w');
    if (at % every === 0) writeSync(file, content);
    closeSync(file);
  }
}

/** Half in directories of 400, a quarter in one, a quarter in directories of 100. */
function fillAll(): void {
  for (let at = 0; at < files / 800; at += 1) fill(`kubelet/pods/u${at % 50}/volumes/e/d${at}`, 400, 20);
  fill('one', files / 4, 50);
  for (let at = 0; at < files / 400; at += 1) fill(`many/x${at % 50}/y${at}`, 100, 10);
}

function measure(state: string, within: number): void {
  const request = JSON.stringify({ filesystem: root, within, mostRead: 512 * 1024 * 1024 });
  const argv = [
    '-f',
    '%e %U %S %M',
    '-o',
    join(directory, 'time'),
    'ionice',
    '-c',
    '3',
    `${dist}/bin/node`,
    '--max-old-space-size=160',
  ];
  const said = execFileSync('/usr/bin/time', [...argv, `${dist}/lib/disk.cjs`, 'users', request], { encoding: 'utf8' });
  const { seen, used, byInodes, cut } = JSON.parse(said) as SpaceUsers;
  const [wall, user, system, memory] = readFileSync(join(directory, 'time'), 'utf8').trim().split(' ').map(Number);
  const share = Math.round((100 * seen.inodes) / used.inodes);
  console.log(
    `| ${state} | ${loadavg()[0]?.toFixed(0)} | ${wall} | ${((user ?? 0) + (system ?? 0)).toFixed(2)} | ${Math.round((memory ?? 0) / 1024)} | ${share} % | ${byInodes[0]?.path.slice(root.length)} ${byInodes[0]?.inodes} | ${cut ?? ''} |`,
  );
}

try {
  mkdirSync(root);
  sh(`truncate -s 8G ${image} && mkfs.ext4 -q -F -N ${Math.round(files * 1.2)} ${image} && mount -o loop ${image} ${root}`);
  fillAll();
  console.log(
    `${files} files\n| | load | s | CPU-s | MB resident | inodes seen | largest by inodes | cut |\n|---|---|---|---|---|---|---|---|`,
  );
  // Unmounted, its caches are gone.
  sh(`umount ${root} && mount -o loop ${image} ${root}`);
  measure('not read before', Number(values.within));
  measure('read in part', Number(values.within));
  measure('without a deadline', 600_000);
} finally {
  sh(`umount ${root} || true`);
  rmSync(directory, { recursive: true, force: true });
}
