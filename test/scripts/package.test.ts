import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Release } from '../../scripts/package/release.ts';
import { layRoot } from '../../scripts/package/system-files.ts';
import { tarball } from '../../scripts/package/tarball.ts';
import { filesBelow, layTree, sumsOf } from '../../scripts/package/tree.ts';
import { sbom } from '../../scripts/sbom.ts';

const ROOT = join(import.meta.dirname, '../..');
const EPOCH = 1_700_000_000;

let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'nodemend-package-test-'));
});
afterEach(() => rmSync(scratch, { recursive: true }));

function elf(machine: number): Buffer {
  const head = Buffer.alloc(64);
  head.writeUInt32BE(0x7f454c46, 0);
  head[18] = machine;
  return head;
}

function laid(name: string, machine = 62): Release {
  const dist = join(scratch, name, 'dist');
  mkdirSync(join(dist, 'systemd'), { recursive: true });
  for (const unit of ['nodemend.service', 'nodemend.slice', 'nodemend.tmpfiles.conf', 'config.example.yaml']) {
    writeFileSync(join(dist, 'systemd', unit), unit);
  }
  for (const file of ['cli.cjs', 'cli.cjs.map', 'nodemend', 'node']) writeFileSync(join(dist, file), file);
  const node = join(scratch, name, 'runtime');
  writeFileSync(node, elf(machine));
  const [own, out] = [join(scratch, name, 'scratch'), join(scratch, name, 'out')];
  for (const directory of [own, out]) mkdirSync(directory);
  const release: Release = { version: '1.2.3', arch: 'x64', epoch: EPOCH, tree: join(own, 'tree'), scratch: own, out };
  layTree(dist, node, release);
  return release;
}

describe('a release', () => {
  it('holds the program, the runtime that was named, and the sums of all of it, but no source maps', () => {
    const { tree } = laid('one');

    expect(filesBelow(tree).filter((file) => !file.startsWith('systemd/'))).toEqual(
      ['SHA256SUMS', 'VERSION', 'cli.cjs', 'node', 'nodemend'].sort(),
    );
    expect(readFileSync(join(tree, 'node'))[18]).toBe(62);
    execFileSync('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], { cwd: tree });
  });

  it('is the same bytes when it is built again at another time', () => {
    const [first, second] = [laid('one'), laid('two')];
    utimesSync(join(second.tree, 'cli.cjs'), 1, 1);

    const [a, b] = [first, second].map((release) => readFileSync(tarball(release)));

    expect(a?.equals(b ?? Buffer.alloc(0))).toBe(true);
  });

  it('refuses a runtime of another machine', () => {
    expect(() => laid('arm', 183)).toThrow(/no Linux program for x64; give one: --node-binary FILE --arch x64/);
  });

  it('is laid on the host where systemd and people look for it', () => {
    const root = join(scratch, 'root');

    layRoot(root, laid('one'), 'usr/lib/systemd/system');

    const files = readdirSync(root, { recursive: true }).map(String);
    expect(files).toEqual(
      expect.arrayContaining([
        'opt/nodemend/node',
        'usr/bin/nodemend',
        'usr/lib/systemd/system/nodemend.service',
        'usr/lib/tmpfiles.d/nodemend.conf',
        'etc/nodemend/config.yaml',
        'etc/nodemend/monitors',
      ]),
    );
    expect(statSync(join(root, 'opt/nodemend/cli.cjs')).mtimeMs / 1000).toBe(EPOCH);
  });

  it('says what is in its bundles, with the sums of the lock file', () => {
    const folder = 'node_modules/yaml';
    const metafiles = [{ inputs: { [`${folder}/dist/index.js`]: { bytes: 1, imports: [] } }, outputs: {} }];

    const bom = JSON.parse(sbom(ROOT, metafiles, join(ROOT, folder)));

    const [component] = bom.components;
    expect(component).toMatchObject({ name: 'yaml', purl: expect.stringMatching(/^pkg:npm\/yaml@\d/) });
    expect(component.hashes[0].content).toMatch(/^[0-9a-f]{128}$/);
    expect(bom).not.toHaveProperty('serialNumber');
  });
});

describe('sumsOf', () => {
  it('writes what sha256sum reads', () => {
    writeFileSync(join(scratch, 'a'), '');

    expect(sumsOf(scratch, ['a'])).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a\n');
  });
});
