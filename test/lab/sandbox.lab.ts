import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { asTransientUnit } from '../../lib/host/transient.ts';
import { seconds } from '../../lib/model/units.ts';
import { look } from './doctor.ts';
import { mountHung, unmountHung } from './faults/shared/hung-mount.ts';
import { install } from './install.ts';
import { openLab } from './lab.ts';
import { inSandbox, leaveSandbox } from './sandbox.ts';

const host = openLab(process.env.NODEMEND_LAB).host(process.env.NODEMEND_LAB_NODE);
const runtime = host.runtime === 'docker' ? 'docker' : 'containerd';
const main = `$(systemctl show -p MainPID --value ${runtime})`;

const ended = 'while systemctl -q is-active probed; do sleep 0.1; done';

const heavy = asTransientUnit(['--'], { within: seconds(20) })
  .slice(0, -2)
  .join(' ');

const shellWords = (text: string): string => text.replace(/\s+/g, ' ').trim();

beforeAll(async () => {
  await install(host);
  await host.sh('cp /opt/nodemend/systemd/nodemend.service /opt/nodemend/systemd/nodemend.slice /run/systemd/system/');
  await host.sh('systemctl daemon-reload');
});

afterAll(async () => {
  await leaveSandbox(host);
  await host.sh(
    'systemctl stop nodemend.slice; rm -f /run/systemd/system/nodemend.service /run/systemd/system/nodemend.slice; systemctl daemon-reload',
  );
});

describe('nodemend.service', () => {
  it('is understood by systemd, word for word', async () => {
    const { code, stdout, stderr } = await host.exec(['systemd-analyze', 'verify', 'nodemend.service', 'nodemend.slice']);

    expect({ code, said: stdout + stderr }).toEqual({ code: 0, said: '' });
  });

  it('exposes no more than 3.5', async () => {
    const said = await host.sh('systemd-analyze security --no-pager nodemend.service | tail -n 1');

    expect(Number(/: ([0-9.]+) /.exec(said)?.[1])).toBeLessThanOrEqual(3.5);
  });
});

describe('in its sandbox the agent can', () => {
  it.for([
    ['read the kernel ring buffer', 'dd if=/dev/kmsg bs=8192 count=1 2>/dev/null | grep -c .', /^[1-9]/],
    [
      'see what a daemon has open',
      `ls /proc/${main}/fd | wc -l; readlink /proc/${main}/exe`,
      /^[1-9]\d* .*\/(dockerd|containerd)$/,
    ],
    ['read a kernel stack', 'cat /proc/1/stack', /\+0x/],
    [
      "look below another user's directory",
      'systemd-run -q --wait -p User=nobody -p RuntimeDirectory=probed -p RuntimeDirectoryMode=0700 -p RuntimeDirectoryPreserve=yes true; stat -f -c seen /run/probed/.; rm -rf /run/probed',
      /^seen/,
    ],
    ['read the journal of units', 'journalctl -q -n 1 -o cat -u kubelet | grep -c .', /^1$/],
    ['ask systemd', `systemctl is-active ${runtime}`, /^active$/],
    [
      'write its own directories',
      'touch /var/lib/nodemend/x /run/nodemend/x && rm /var/lib/nodemend/x /run/nodemend/x && echo ok',
      /^ok$/,
    ],
    [
      'kill the main process of a unit',
      `systemd-run -q --unit=probed sleep 60; systemctl kill -s KILL --kill-who=main probed; ${ended}; systemctl show -p Result probed; systemctl reset-failed probed`,
      /^Result=signal$/,
    ],
    [
      "kill another user's process",
      `systemd-run -q --unit=probed -p User=nobody sleep 60; kill -9 $(systemctl show -p MainPID --value probed) && echo killed; ${ended}; systemctl reset-failed probed`,
      /^killed$/,
    ],
    [
      'run heavy work outside of it',
      `${heavy} sh -c 'grep -c nodemend.slice /proc/self/cgroup; touch /root/out && rm /root/out && echo unbound'`,
      /^[1-9]\d* unbound$/,
    ],
  ] as const)('%s', async ([, script, expected]) => {
    expect(shellWords(await inSandbox(host, script))).toMatch(expected);
  });
});

describe('in its sandbox the agent cannot', () => {
  it.for([
    ['write a configuration', 'touch /etc/probe'],
    ['write to the kubelet', 'touch /var/lib/kubelet/probe'],
    ['write to the runtime', `touch /var/lib/${runtime}/probe`],
    ['change a sysctl', 'echo 1 >/proc/sys/kernel/panic'],
    ['mount', 'mount -t tmpfs probe /mnt'],
    ['make a namespace', 'unshare --mount true'],
    ['change an owner', 'chown 1 /var/lib/nodemend'],
    ['set a suid bit', 'cp /bin/true /run/nodemend/probe; chmod u+s /run/nodemend/probe'],
    ['set the clock', 'date -s @0'],
  ] as const)('%s', async ([, script]) => {
    const said = shellWords(await inSandbox(host, `{ ${script}; } && echo done; rm -f /run/nodemend/probe`));

    expect(said).toMatch(/Read-only file system|Operation not permitted|permission denied/i);
    expect(said).not.toMatch(/done$/);
  });
});

describe('its sandbox', () => {
  it('hides nothing from the checks', async () => {
    const outside = await look(host);
    const said = await inSandbox(host, '/opt/nodemend/nodemend doctor --json');

    const inside = JSON.parse(said) as NonNullable<typeof outside.report>;
    const statuses = (report: typeof outside.report) => report?.checks.map(({ name, status }) => `${name}: ${status}`);
    expect(statuses(inside)).toEqual(statuses(outside.report));
  });

  it('is built although a mount hangs', async () => {
    onTestFinished(() => unmountHung(host, 'fuse-hung'));
    await mountHung(host, 'fuse-hung', '/mnt/lab-fuse-hung');

    const said = await inSandbox(host, 'timeout 1 stat /mnt/lab-fuse-hung; echo $?');

    expect(shellWords(said)).toBe('124');
  });

  it('holds nothing that the host unmounts', async () => {
    await host.sh('mkdir -p /mnt/probe && mount -t tmpfs probe /mnt/probe');
    const unmount = 'umount /mnt/probe && rmdir /mnt/probe';
    // In the namespace of PID 1, while ours is there.
    const script = `grep -c /mnt/probe /proc/self/mountinfo
      systemd-run -q --wait --pipe --collect sh -c '${unmount}'; echo $?; grep -c /mnt/probe /proc/self/mountinfo`;

    expect(shellWords(await inSandbox(host, script))).toBe('1 0 0');
  });
});
