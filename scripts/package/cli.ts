import { chmodSync, copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Release } from './release.ts';
import { run } from './run.ts';
import { withoutRuntime, withRuntime } from './runtime.ts';
import { packTree, settle } from './tree.ts';

const LAUNCHER = join(import.meta.dirname, '../nodemend-cli.cjs');
const COMPLETER = join(import.meta.dirname, '../kubectl-complete.sh');

/** A file of ours that another one loads on use, or starts as a program. */
const NEEDED = /"(?:\.\/)?([a-z-]+\.cjs)"/g;
/** Programs of the daemon alone. */
const DAEMONS = new Set(['agent.cjs', 'upgrade.cjs']);

/** cli.cjs and what it needs, directly or not. */
function neededBy(directory: string, start = 'cli.cjs'): readonly string[] {
  const present = new Set(readdirSync(directory));
  const found = new Set([start]);
  for (const name of found) {
    for (const [, needed = ''] of readFileSync(join(directory, name), 'utf8').matchAll(NEEDED)) {
      if (present.has(needed) && !DAEMONS.has(needed)) found.add(needed);
    }
  }
  return [...found].sort();
}

/** So that Node.js reads bin/nodemend as what it is, wherever it is unpacked. */
const manifest = (version: string) =>
  `${JSON.stringify({ name: 'nodemend-cli', version, private: true, license: 'Apache-2.0', type: 'commonjs', engines: { node: '>=22.12' } }, null, 2)}\n`;

function layCommands({ tree, version }: Release, to: string): void {
  // No links: krew unpacks none.
  const programs = { nodemend: LAUNCHER, 'kubectl-nodemend': LAUNCHER, 'kubectl_complete-nodemend': COMPLETER };
  mkdirSync(join(to, 'bin'), { recursive: true });
  for (const [name, source] of Object.entries(programs)) {
    copyFileSync(source, join(to, 'bin', name));
    chmodSync(join(to, 'bin', name), 0o755);
  }
  for (const name of ['lib/recordings', 'share', 'LICENSE', ...neededBy(join(tree, 'lib')).map((file) => `lib/${file}`)]) {
    mkdirSync(dirname(join(to, name)), { recursive: true });
    cpSync(join(tree, name), join(to, name), { recursive: true });
  }
  writeFileSync(join(to, 'LICENSES'), withoutRuntime(readFileSync(join(tree, 'LICENSES'), 'utf8')));
  writeFileSync(join(to, 'sbom.cdx.json'), withRuntime(readFileSync(join(tree, 'sbom.cdx.json'), 'utf8'), undefined));
  writeFileSync(join(to, 'package.json'), manifest(version));
  writeFileSync(join(to, 'VERSION'), `${version}\n`);
}

/** The people's commands for any machine with Node.js: no agent, no runtime. */
export function cli(release: Release): string {
  const tree = join(release.scratch, 'cli');
  run('rm', ['-rf', tree], { cwd: release.scratch, epoch: release.epoch });
  layCommands(release, tree);
  settle(tree, release);
  return packTree(tree, `nodemend-cli-${release.version}`, release);
}
