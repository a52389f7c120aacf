/** Makes the artefacts of a release out of dist/: tarball, .deb, .rpm, SBOM and sums. Two runs of one commit give the same bytes. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { cli } from './package/cli.ts';
import { deb } from './package/deb.ts';
import { krew } from './package/krew.ts';
import { MACHINE, type Release } from './package/release.ts';
import { rpm } from './package/rpm.ts';
import { run } from './package/run.ts';
import { tarball } from './package/tarball.ts';
import { layTree, sizeOf, sumsOf } from './package/tree.ts';

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(root, 'release') },
    arch: { type: 'string', default: process.arch },
    /** Another runtime: for arm64, or for a distribution whose glibc is older than the pinned one's (docs/release.md). */
    'node-binary': { type: 'string' },
    only: { type: 'string', multiple: true, default: ['tarball', 'deb', 'rpm', 'cli'] },
    /** Where the archive for people will be, for krew's manifest. */
    'base-url': { type: 'string', default: 'https://nodemend.invalid/releases' },
  },
});

const isArch = (word: string): word is Release['arch'] => Object.hasOwn(MACHINE, word);
const ARTEFACTS: Readonly<Record<string, (release: Release) => string>> = {
  tarball,
  deb,
  rpm,
  cli,
};

function timeOfRelease(): number {
  const given = process.env.SOURCE_DATE_EPOCH;
  if (given !== undefined) return Number(given);
  return Number(run('git', ['log', '-1', '--format=%ct'], { cwd: root, epoch: 0 }));
}

const { arch, out } = values;
if (!isArch(arch)) throw new Error(`--arch ${arch}: x64 or arm64`);
const node = values['node-binary'] ?? join(root, `node_modules/node-linux-${arch}/bin/node`);
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string };
const scratch = mkdtempSync(join(tmpdir(), 'nodemend-package-'));
try {
  const foreignRuntime = values['node-binary'] !== undefined;
  const places = { tree: join(scratch, 'tree'), scratch, out: resolve(out) };
  const release: Release = { version, arch, foreignRuntime, epoch: timeOfRelease(), ...places };
  mkdirSync(release.out, { recursive: true });
  layTree(join(root, 'dist'), resolve(node), release);
  const made = values.only.map((name) => {
    const make = ARTEFACTS[name];
    if (make === undefined) throw new Error(`--only ${name}: ${Object.keys(ARTEFACTS).join(', ')}`);
    return make(release);
  });
  const bom = join(release.out, `nodemend-${version}-linux-${arch}.cdx.json`);
  copyFileSync(join(release.tree, 'sbom.cdx.json'), bom);
  const people = made.find((path) => basename(path).startsWith('nodemend-cli-'));
  const plugin = people === undefined ? [] : [krew(release, people, values['base-url'])];
  const files = [...made, bom, ...plugin].map((path) => basename(path)).sort();
  writeFileSync(join(release.out, `SHA256SUMS-${arch}`), sumsOf(release.out, files));
  for (const file of files) console.log(`${sizeOf(join(release.out, file)).padStart(10)}  ${file}`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
