import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { everything, type FakeRelease, release, write } from './fake-release.ts';
import { type Layout, layOut, layouts } from './layouts.ts';

let place: string;
let root: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'nodemend-install-'));
  root = join(place, 'root');
});
afterEach(() => rmSync(place, { recursive: true }));

const at = (path: string): string => join(root, path);
const made = (name: string, what: FakeRelease): string => release(join(place, name), what);

/** The only program of this machine that is asked about the image: how it is mounted. */
function plantMounts(readOnly: readonly string[]): void {
  const cases = readOnly.map((path) => `*${path}*) echo ro,relatime ;;`).join(' ');
  write(join(place, 'fakes/findmnt'), `#!/bin/sh\nfor last; do :; done\ncase $last in ${cases} *) echo rw ;; esac\n`, 0o755);
}

function image(layout: Layout = layouts['Ubuntu 24.04']): void {
  layOut(root, layout);
  plantMounts(layout.readOnlyUsr ? [at('usr')] : []);
}

function installer(from: string, ...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(join(from, 'install.sh'), [...words, '--root', root], {
    encoding: 'utf8',
    env: { PATH: `${place}/fakes:/usr/bin:/bin:/usr/sbin:/sbin` },
  });
  return { status, last: stdout.trim().split('\n').at(-1) ?? '', stdout, stderr };
}

describe('install.sh into an image', () => {
  it.each([
    ['Ubuntu 24.04', 'usr/local/bin', []],
    ['RHEL 9', 'usr/local/bin', []],
    ['Flatcar', 'opt/bin', []],
    ['CentOS 7', 'usr/local/bin', ['10-no-mount-namespace.conf', '10-old-systemd.conf']],
  ] as const)('knows the layout of %s', (name, links, dropIns) => {
    image(layouts[name]);

    const { status, last, stderr } = installer(made('release', { version: '1.0.0', glibc: '2.17' }));

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(last).toBe(`changed: nodemend 1.0.0 is below ${root}, and starts with it (before: none)`);
    expect(readlinkSync(at(`${links}/nodemend`))).toBe('/opt/nodemend/bin/nodemend');
    expect(readlinkSync(at(`${links}/kubectl-nodemend`))).toBe('/opt/nodemend/bin/nodemend');
    expect(readFileSync(at('etc/systemd/system/nodemend.service'), 'utf8')).toContain(
      'ExecStart=/opt/nodemend/bin/nodemend agent',
    );
    expect(readlinkSync(at('etc/systemd/system/multi-user.target.wants/nodemend.service'))).toBe(
      '/etc/systemd/system/nodemend.service',
    );
    const drops = at('etc/systemd/system/nodemend.service.d');
    expect(existsSync(drops) ? readdirSync(drops) : []).toEqual(dropIns);
    expect(everything(at('usr')).filter((path) => path.includes('nodemend') && !path.startsWith('/local/bin'))).toEqual([]);
    expect(readdirSync(at('opt')).filter((path) => path !== 'bin')).toEqual(['nodemend']);
  });

  it('says in words that an old C library will not do, and changes nothing', () => {
    image(layouts['CentOS 7']);
    const before = everything(root);

    const { status, stderr } = installer(made('release', { version: '1.0.0' }));

    expect(status).toBe(69);
    expect(stderr).toContain('its Node.js needs glibc 2.28, this host has 2.17: take a release made for older distributions');
    expect(everything(root)).toEqual(before);
  });

  it('says what it would do, and does nothing', () => {
    image();
    const before = everything(root);

    const { status, stdout, last } = installer(made('release', { version: '1.0.0' }), '--dry-run');

    expect(status).toBe(0);
    expect(stdout).toContain(`would write: ${at('etc/systemd/system/nodemend.service')}`);
    expect(stdout).toContain(`would copy: ${join(place, 'release')} to ${at('opt/nodemend')}`);
    expect(last).toMatch(/^would change: nodemend 1\.0\.0 /);
    expect(everything(root)).toEqual(before);
  });

  it('changes nothing the second time, and says so, dry or not', () => {
    image();
    const from = made('release', { version: '1.0.0' });
    installer(from);
    const before = everything(root);

    expect(installer(from).last).toMatch(/^unchanged: /);
    expect(installer(from, '--dry-run').last).toMatch(/^unchanged: /);
    expect(everything(root)).toEqual(before);
  });

  it('keeps the version before, one alone, and the configuration', () => {
    image();
    for (const version of ['1.0.0', '1.1.0', '1.2.0']) {
      const { last } = installer(made(version, { version }));
      expect(last).toMatch(/^changed: /);
      appendFileSync(at('etc/nodemend/config.yaml'), `# ${version}\n`);
    }

    expect(readFileSync(at('opt/nodemend/VERSION'), 'utf8')).toBe('1.2.0\n');
    expect(readFileSync(at('opt/nodemend.previous/VERSION'), 'utf8')).toBe('1.1.0\n');
    expect(readdirSync(at('opt')).sort()).toEqual(['nodemend', 'nodemend.previous']);
    expect(readFileSync(at('etc/nodemend/config.yaml'), 'utf8')).toMatch(/# 1\.0\.0\n# 1\.1\.0\n# 1\.2\.0\n$/);
  });

  it('removes a file that the new version has no more', () => {
    image();
    const first = made('first', { version: '1.0.0' });
    write(join(first, 'lib/gone.cjs'), '');
    installer(first);

    installer(made('second', { version: '1.1.0' }));

    expect(existsSync(at('opt/nodemend/lib/gone.cjs'))).toBe(false);
  });

  it('takes over from a release that had everything in one directory', () => {
    image();
    for (const file of ['nodemend', 'node', 'cli.cjs', 'agent.cjs', 'systemd/nodemend.service'])
      write(at(`opt/nodemend/${file}`), file, 0o755);
    write(at('etc/systemd/system/nodemend.service'), 'ExecStart=/opt/nodemend/nodemend agent\n');
    symlinkSync('/opt/nodemend/nodemend', at('usr/local/bin/nodemend'));

    const { status, last } = installer(made('release', { version: '1.0.0' }));

    expect({ status, last }).toMatchObject({ status: 0, last: expect.stringContaining('(before: another build)') });
    expect(readlinkSync(at('usr/local/bin/nodemend'))).toBe('/opt/nodemend/bin/nodemend');
    expect(readdirSync(at('opt/nodemend'))).not.toContain('cli.cjs');
    expect(readdirSync(at('opt/nodemend.previous'))).toContain('cli.cjs');
    expect(readFileSync(at('etc/systemd/system/nodemend.service'), 'utf8')).toContain('/opt/nodemend/bin/nodemend agent');
  });

  it('finishes what a run that was cut left behind', () => {
    image();
    installer(made('first', { version: '1.0.0' }));
    cpSync(at('opt/nodemend'), at('opt/.nodemend.old'), { recursive: true });
    rmSync(at('opt/nodemend'), { recursive: true });
    write(at('opt/.nodemend.new/half'), '');

    const { status, last } = installer(made('second', { version: '1.1.0' }));

    expect({ status, last }).toMatchObject({ status: 0, last: expect.stringContaining('(before: 1.0.0)') });
    expect(readdirSync(at('opt')).sort()).toEqual(['nodemend', 'nodemend.previous']);
  });

  it('leaves a command of somebody else alone, and says so', () => {
    image();
    write(at('usr/local/bin/nodemend'), 'mine');

    const { status, stdout } = installer(made('release', { version: '1.0.0' }));

    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringContaining(`left alone: ${at('usr/local/bin/nodemend')}`),
    });
    expect(readFileSync(at('usr/local/bin/nodemend'), 'utf8')).toBe('mine');
  });

  it.each(Object.keys(layouts) as (keyof typeof layouts)[])('leaves nothing behind on %s', (name) => {
    image(layouts[name]);
    const before = everything(root);
    const from = made('release', { version: '1.0.0', glibc: '2.17' });
    installer(from);
    installer(made('next', { version: '1.1.0', glibc: '2.17' }));

    expect(installer(from, 'uninstall', '--dry-run').last).toMatch(/^would change: nodemend is removed/);
    expect(installer(from, 'uninstall', '--purge').last).toBe('changed: nodemend is removed');

    const wants = '/etc/systemd/system/multi-user.target.wants/';
    expect(everything(root).filter((path) => path !== wants)).toEqual(before);
    expect(installer(from, 'uninstall').last).toBe('unchanged: nothing of nodemend is installed here');
  });

  it('keeps configuration and drop-ins of the operator without --purge', () => {
    image();
    const from = made('release', { version: '1.0.0' });
    installer(from);
    write(at('etc/systemd/system/nodemend.service.d/mine.conf'), '[Service]\n');

    const { last } = installer(from, 'uninstall');

    expect(last).toContain('kept: ');
    expect(existsSync(at('etc/nodemend/config.yaml'))).toBe(true);
    expect(existsSync(at('etc/systemd/system/nodemend.service.d/mine.conf'))).toBe(true);
  });
});

/** The end of `uninstall` on a host that runs, which needs root otherwise: its own functions, and a program that ends with CODE. */
function end(code: number) {
  write(join(place, 'opt/bin/nodemend'), `#!/bin/sh\necho --retire\n[ "$2" != --retire ] || exit ${code}\n`, 0o755);
  const text = readFileSync(join(import.meta.dirname, '../../install.sh'), 'utf8');
  const functions = ['say', 'run', 'launcher_in', 'launcher_of', 'take_back', 'finish', 'keep_former', 'drop'].map(
    (name) => new RegExp(`^${name}\\(\\) \\{(?:.*\\}$|[^]*?^\\})`, 'm').exec(text)?.[0] ?? expect.fail(`no function ${name}`),
  );
  const state = `set -eu; dry=no left=no changed=yes switched=no target=${join(place, 'opt')} former=${place}/former`;
  const script = [...functions, state, 'take_back', 'finish "nodemend is removed"'].join('\n');
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', script], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('install.sh uninstall', () => {
  it('says nothing of the Node that is clean', () => {
    expect(end(0)).toMatchObject({ status: 0, stdout: expect.stringMatching(/changed: nodemend is removed\n$/), stderr: '' });
  });

  it.each([
    ['has said what is left', 75, /^$/],
    ['failed otherwise', 70, /could not be taken back; by hand: kubectl edit node --subresource=status NAME/],
    ['hung', 124, /could not be taken back/],
  ])('finishes, and ends with 75, when the agent %s', (_, code, said) => {
    const { status, stdout, stderr } = end(code);

    expect(status).toBe(75);
    expect(stdout).toMatch(/changed: nodemend is removed; what it wrote to the Node is still there, see above\n$/);
    expect(stderr).toMatch(said);
  });
});

describe('install.sh refuses', () => {
  const cases: readonly (readonly [string, () => string, number, string])[] = [
    [
      'a damaged release',
      () => {
        const from = made('release', { version: '1.0.0' });
        appendFileSync(join(from, 'lib/cli.cjs'), 'x');
        return from;
      },
      69,
      'the release is damaged; unpack it again: ',
    ],
    [
      'a runtime that is no program',
      () => {
        const from = made('release', { version: '1.0.0' });
        write(join(from, 'bin/node'), 'no program');
        rmSync(join(from, 'SHA256SUMS'));
        return from;
      },
      69,
      'is no program for Linux',
    ],
    [
      'another machine',
      () => {
        write(at('usr/bin/env'), Buffer.concat([Buffer.from('\x7fELF'), Buffer.alloc(14), Buffer.from([183, 0])]));
        return made('release', { version: '1.0.0' });
      },
      69,
      'this release is for x86_64, this host is aarch64; take the other one',
    ],
    [
      'where the package is',
      () => {
        write(at('usr/lib/systemd/system/nodemend.service'), '');
        write(at('var/lib/dpkg/info/nodemend.list'), '');
        return made('release', { version: '1.0.0' });
      },
      69,
      'first type: apt-get remove nodemend',
    ],
    [
      'a link in the program’s place',
      () => {
        mkdirSync(at('data'));
        symlinkSync('/data', at('opt/nodemend'));
        return made('release', { version: '1.0.0' });
      },
      69,
      'is a link or a mount point',
    ],
    [
      'a read-only /opt',
      () => {
        plantMounts([at('opt')]);
        return made('release', { version: '1.0.0' });
      },
      69,
      'opt is read-only, and the program has to be there',
    ],
  ];

  it.each(cases)('%s', (_, prepare, code, says) => {
    image();
    const from = prepare();
    const before = everything(root);

    const { status, stderr } = installer(from);

    expect({ status, stderr }).toEqual({ status: code, stderr: expect.stringContaining(says) });
    expect(everything(root)).toEqual(before);
  });

  it.each([
    [['--force'], 'unknown word "--force"'],
    [['--purge'], '--purge goes with uninstall'],
    [['--ready-within', 'soon'], '--ready-within takes seconds, not "soon"'],
    [['--root', ''], '--root wants a value'],
    [['rollback'], 'rollback is for a host that runs'],
  ] as const)('%j', (words, says) => {
    image();

    const { status, stderr } = installer(made('release', { version: '1.0.0' }), ...words);

    expect({ status, stderr }).toEqual({ status: 64, stderr: expect.stringContaining(says) });
  });
});
