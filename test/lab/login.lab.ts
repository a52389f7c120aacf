import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { install } from './install.ts';
import { openLab } from './lab.ts';
import { waitFor } from './wait.ts';

const host = openLab(process.env.NODEMEND_LAB).host(process.env.NODEMEND_LAB_NODE);
const MOTD = '/run/motd.d/50-nodemend';

const lineOf = async () => (await host.sh(`cat ${MOTD} 2>/dev/null || true`)).trim();

beforeAll(async () => {
  await install(host);
  await host.sh('/opt/nodemend/install.sh', { timeoutMs: 200_000 });
});

afterAll(async () => {
  await host.sh('rm -f /etc/nodemend/pause; /opt/nodemend/install.sh uninstall --purge', { timeoutMs: 120_000 });
});

/** In this order: each continues where the one before ended. */
describe('whoever logs in', () => {
  it('reads nothing of a node that is well', async () => {
    await waitFor('the agent to have looked', async () =>
      (await host.sh('nodemend status || true')).includes('Healthy') ? true : undefined,
    );

    expect(await lineOf()).toBe('');
  });

  it('reads that remedies are paused, and why, without a word that drives the terminal', async () => {
    await host.sh('nodemend pause --for 1h --reason "$(printf \'new \\033[31mkernel\')"');

    expect(await waitFor('the line', async () => ((await lineOf()) === '' ? undefined : await lineOf()))).toMatch(
      /^nodemend: Healthy; remedies paused until \S+: new \\x1b\[31mkernel; see: nodemend status$/,
    );
    expect((await host.sh(`stat -c '%a %U' ${MOTD}; ls -A /run/motd.d`)).trim().split('\n')).toEqual(['644 root', '50-nodemend']);
  });

  it('reads nothing of it any more when it is over', async () => {
    await host.sh('nodemend resume');

    expect(await waitFor('no line', async () => ((await lineOf()) === '' ? true : undefined))).toBe(true);
  });

  it('is left nothing by an agent that ended, or was killed', async () => {
    await host.sh('nodemend pause');
    await waitFor('the line', async () => ((await lineOf()) === '' ? undefined : true));
    await host.sh('systemctl kill -s KILL nodemend; sleep 1');
    expect(await lineOf()).toBe('');
    await host.sh('systemctl start nodemend');
    await waitFor('the line again', async () => ((await lineOf()) === '' ? undefined : true));
    await host.sh('systemctl stop nodemend');

    expect(await lineOf()).toBe('');
  });
});

describe('the agent', () => {
  it('listens on loopback alone, with the metrics alone', async () => {
    await host.sh('rm -f /etc/nodemend/pause; systemctl start nodemend');
    const pid = (await host.sh('systemctl show -p MainPID --value nodemend')).trim();
    const sockets = await waitFor('the metrics', async () => {
      const lines = (await host.sh(`ss -Hltunp | grep -F 'pid=${pid},' || true`)).trim();
      return lines === '' ? undefined : lines.split('\n');
    });

    expect(sockets.map((line) => line.trim().split(/\s+/)[4])).toEqual(['127.0.0.1:20280']);
  });
});
