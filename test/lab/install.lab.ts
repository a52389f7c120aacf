import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLab } from './lab.ts';
import { waitFor } from './wait.ts';

const host = openLab(process.env.NODEMEND_LAB).host(process.env.NODEMEND_LAB_NODE);
/** What `npm run build` made, or the tree of an unpacked release. */
const release = process.env.NODEMEND_RELEASE ?? join(import.meta.dirname, '../../dist');

const onHost = (...parts: readonly string[]): string => join(host.root, 'root', ...parts);

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Runs the install.sh of a release in the host's /root. */
async function installer(from: string, ...words: readonly string[]): Promise<string> {
  return await host.sh(`/root/${from}/install.sh ${words.join(' ')} 2>&1`, { timeoutMs: 200_000 });
}

async function property(name: string): Promise<string> {
  return (await host.sh(`systemctl show -p ${name} --value nodemend.service`)).trim();
}

/** Everything on the host that does not change by itself, and what systemd knows of us. */
async function inventory(): Promise<string> {
  const moving = [
    '/proc',
    '/sys',
    '/dev',
    '/root',
    '/tmp',
    '/var/tmp',
    '/var/log',
    '/var/lib/docker',
    '/var/lib/containerd',
    '/var/lib/kubelet',
    // The kubelet removes the sandbox of a pod long gone whenever it likes.
    '/var/lib/dockershim',
    '/var/lib/cni',
    '/var/lib/systemd/timers',
    '/var/lib/logrotate',
    '/var/cache',
  ];
  const skip = moving.map((path) => `-path ${path}`).join(' -o ');
  return await host.sh(`{ find / -xdev \\( ${skip} -o -path /run \\) -prune -o -printf '%p %y %m %l\\n'
    find /run -name '*nodemend*'; systemctl list-units --all --plain --no-legend | grep nodemend
    systemctl list-unit-files --no-legend | grep nodemend; true; } | sort`);
}

/** Without what a running agent keeps for itself, which comes and goes while one looks. */
async function installed(): Promise<string> {
  const own = /^\/(?:var\/lib|run)\/nodemend\//;
  return (await inventory())
    .split('\n')
    .filter((line) => !own.test(line))
    .join('\n');
}

let before: string;

beforeAll(async () => {
  if (!existsSync(join(release, 'lib/agent.cjs'))) throw new Error(`${release} has no lib/agent.cjs; type: npm run build`);
  for (const name of ['release', 'next', 'broken']) rmSync(onHost(name), { recursive: true, force: true });
  cpSync(release, onHost('release'), { recursive: true, verbatimSymlinks: true });
  // A slice that another test left active would be missed later.
  await host.sh('/root/release/install.sh uninstall --purge; systemctl stop nodemend.slice', { timeoutMs: 120_000 });
  before = await inventory();
});

afterAll(async () => {
  await host.sh('/root/release/install.sh uninstall --purge; rm -rf /root/release /root/next /root/broken', {
    timeoutMs: 120_000,
  });
});

/** In this order: each continues where the one before ended. */
describe('install.sh', () => {
  it('says what it would do, and does nothing', async () => {
    expect(await installer('release', '--dry-run')).toContain('would write: /etc/systemd/system/nodemend.service');
    expect(await inventory()).toBe(before);
  });

  it('installs, waits until the agent is ready, and says what doctor says', async () => {
    const said = await installer('release');

    expect(said).toMatch(/ is ready; nodemend doctor says:\n(Healthy|Degraded)/);
    expect(said).toMatch(/^changed: nodemend \S+ runs \(before: none\)\n$/m);
    expect(await property('ActiveState')).toBe('active');
    expect(await property('UnitFileState')).toBe('enabled');
    expect(await property('StatusText')).not.toBe('');
    expect(await host.sh('nodemend --version')).toMatch(/^\d/);
  });

  it('changes nothing the second time', async () => {
    const former = await installed();
    const pid = await property('MainPID');

    expect(await installer('release')).toMatch(/^unchanged: nodemend \S+ runs\n$/);
    expect(await installer('release', '--dry-run')).toMatch(/^unchanged: nodemend \S+ runs\n$/);

    expect(await installed()).toBe(former);
    expect(await property('MainPID')).toBe(pid);
  });

  it('is pinged for, so that the watchdog has nothing to do', async () => {
    const [limit, pid] = [await property('WatchdogUSec'), await property('MainPID')];
    const last = await property('WatchdogTimestampMonotonic');

    expect(limit).toBe('2min');
    await waitFor('the first ping', async () => ((await property('WatchdogTimestampMonotonic')) === last ? undefined : true), {
      timeoutMs: 100_000,
      see: 'journalctl -u nodemend',
    });
    expect(await property('MainPID')).toBe(pid);
  });

  it('upgrades, and keeps the configuration', async () => {
    await host.sh(
      "cp -a /root/release /root/next; rm -f /root/next/SHA256SUMS; echo '// next' >>/root/next/lib/cli.cjs; echo '# ours' >>/etc/nodemend/config.yaml",
    );
    const pid = await property('MainPID');

    expect(await installer('next')).toMatch(/^changed: nodemend \S+ runs \(before: \S+\)$/m);

    expect(await property('MainPID')).not.toBe(pid);
    expect(await host.sh('tail -qn 1 /opt/nodemend/lib/cli.cjs /etc/nodemend/config.yaml')).toBe('// next\n# ours\n');
    expect(await host.sh('ls -A /opt | grep nodemend')).toBe('nodemend\nnodemend.previous\n');
  });

  it('goes back to the version before, and forward again', async () => {
    const [rollback, lastLine] = ['/opt/nodemend/install.sh rollback', 'tail -n 1 /opt/nodemend/lib/cli.cjs'];

    expect(await host.sh(rollback, { timeoutMs: 100_000 })).toMatch(/^changed: /m);
    expect(await host.sh(lastLine)).not.toBe('// next\n');
    expect(await host.sh(rollback, { timeoutMs: 100_000 })).toMatch(/^changed: /m);
    expect(await host.sh(lastLine)).toBe('// next\n');
    expect(await property('ActiveState')).toBe('active');
  });

  it.for([
    ['does not become ready', 'process.exit(3)', 'did not become ready within'],
    ['ends as soon as it is ready', 'setTimeout(() => process.exit(3), 1200);', 'became ready, and ended'],
  ] as const)('goes back to the former version when the new one %s', async ([, instead, says]) => {
    const agent = '/root/broken/lib/agent.cjs';
    await host.sh(`rm -rf /root/broken; cp -a /root/next /root/broken; sed -i '1i ${instead}' ${agent}`);

    const { code, stderr } = await host.exec(['/root/broken/install.sh'], { timeoutMs: 200_000 });

    expect({ code, said: stderr }).toEqual({ code: 70, said: expect.stringContaining(says) });
    expect(stderr).toContain('the former one, is back and runs');
    expect(await property('ActiveState')).toBe('active');
    expect(await host.sh('head -c 99 /opt/nodemend/lib/agent.cjs')).not.toContain('process.exit(3)');
  });

  it('changes nothing where the configuration is not valid for the version', async () => {
    await host.sh("echo 'later: true' >/etc/nodemend/conf.d/later.yaml");
    const former = await installed();

    const { code, stderr } = await host.exec(['/root/release/install.sh'], { timeoutMs: 60_000 });

    expect({ code, said: stderr }).toEqual({ code: 78, said: expect.stringContaining('conf.d/later.yaml') });
    expect(await installed()).toBe(former);
    await host.sh('rm /etc/nodemend/conf.d/later.yaml');
  });

  it('leaves the kubelet and the runtime alone', async () => {
    const started = await host.sh('systemctl show -p ActiveEnterTimestampMonotonic kubelet containerd nodemend --value');
    const [kubelet = '', runtime = '', agent = ''] = started.split('\n').filter(Boolean);

    expect(Math.max(Number(kubelet), Number(runtime))).toBeLessThan(Number(agent));
    expect(await host.sh('systemctl show -p NRestarts --value kubelet containerd')).not.toMatch(/[1-9]/);
  });

  it('has the agent take back what it wrote to the Node, once it has stopped', async () => {
    const retiring = `if (process.argv.includes('--help')) { console.log('--retire'); process.exit(); }
if (process.argv.includes('--retire')) {
  const said = require('node:child_process').spawnSync('systemctl', ['is-active', 'nodemend']).stdout;
  require('node:fs').writeFileSync('/root/retired', said); process.exit(1);
}`;
    await host.sh(`printf '%s\\n' ${quote(retiring)} | cat - /root/release/lib/agent.cjs >/opt/nodemend/lib/agent.cjs`);

    const { code, stdout, stderr } = await host.exec(['sh', '-c', '/root/release/install.sh uninstall 2>&1'], {
      timeoutMs: 200_000,
    });
    const said = `${stdout}${stderr}`;

    expect(code, said).toBe(75);
    expect(await host.sh('cat /root/retired; rm /root/retired')).toBe('inactive\n');
    expect(said).toContain('could not be taken back; by hand: kubectl ');
    expect(said).toContain('changed: nodemend is removed; kept: /etc/nodemend');
  });

  it('removes the program and keeps configuration and ledger', async () => {
    await installer('release');

    expect(await installer('release', 'uninstall')).toContain('changed: nodemend is removed');

    expect(await host.sh('ls -d /etc/nodemend /var/lib/nodemend')).toBe('/etc/nodemend\n/var/lib/nodemend\n');
    expect(await host.sh('ls /opt')).not.toContain('nodemend');
  });

  it('needs nothing of /usr to be writable', async () => {
    const readOnly = 'mount --bind /usr /usr && mount -o remount,ro,bind /usr && /root/release/install.sh';

    expect(await host.sh(`unshare -m sh -c '${readOnly}'`, { timeoutMs: 100_000 })).toMatch(/^changed: /m);
    expect(await host.sh('/opt/bin/nodemend --version; ls /usr/local/bin')).not.toContain('nodemend');
  });

  it('leaves no file and no unit behind', async () => {
    await installer('release', 'uninstall', '--purge');

    expect(await inventory()).toBe(before);
    expect(await installer('release', 'uninstall', '--purge')).toContain('nothing of nodemend is installed here');
  });
});

describe('install.sh refuses', () => {
  it.for([
    [
      'without root',
      'cp /root/release/install.sh /tmp; setpriv --reuid 65534 --clear-groups /tmp/install.sh; s=$?; rm /tmp/install.sh; exit $s',
      77,
      'needs root',
    ],
    [
      'without systemd',
      'unshare -m sh -c "mount -t tmpfs none /run/systemd && /root/release/install.sh"',
      69,
      'systemd is not running',
    ],
    [
      'where /opt is noexec',
      'unshare -m sh -c "mount -t tmpfs -o noexec none /opt && /root/release/install.sh"',
      69,
      'mounted noexec',
    ],
    ['where /opt is full', 'unshare -m sh -c "mount -t tmpfs -o size=9M none /opt && /root/release/install.sh"', 69, 'MiB free'],
    [
      'another architecture',
      'mkdir /run/fake && printf "#!/bin/sh\\necho riscv64\\n" >/run/fake/uname && chmod +x /run/fake/uname; PATH=/run/fake:$PATH /root/release/install.sh; s=$?; rm -r /run/fake; exit $s',
      69,
      'this release is for',
    ],
    [
      'an old C library',
      'rm -rf /root/broken; cp -a /root/release /root/broken; rm -f /root/broken/SHA256SUMS; sed -i s/GLIBC_2.28/GLIBC_2.99/ /root/broken/bin/node; /root/broken/install.sh',
      69,
      'its Node.js needs glibc 2.99, this host has 2.',
    ],
    [
      'a unit that somebody has masked',
      'systemctl -q mask nodemend; /root/release/install.sh; s=$?; systemctl -q unmask nodemend; exit $s',
      69,
      'systemctl unmask nodemend.service',
    ],
    ['a second one at a time', 'flock /opt /root/release/install.sh', 69, 'another install.sh is at work'],
    ['to go back to nothing', '/root/release/install.sh rollback', 69, 'there is no version to go back to'],
    ['words it does not know', '/root/release/install.sh --force', 64, 'unknown word "--force"'],
  ] as const)('%s', async ([, script, status, says]) => {
    const { code, stderr } = await host.exec(['sh', '-c', script], { timeoutMs: 60_000 });

    expect({ code, said: stderr }).toEqual({ code: status, said: expect.stringContaining(says) });
    expect(await inventory()).toBe(before);
  });
});
