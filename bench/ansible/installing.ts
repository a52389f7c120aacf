import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { statusOf } from '../repairs/agent-on-host.ts';
import { assure, good, pids, type Step, told, unchanged, wanted } from './bench.ts';
import { differenceOf, rememberAll } from './inventory.ts';

export const installing: readonly Step[] = [
  {
    name: 'before: every file, unit and Node field',
    async run({ lab, control }) {
      // Also for Ansible's own files, and what the first login of a user leaves.
      good(await control.play('uninstall', { nodemend_purge: true }));
      return { seen: await rememberAll(lab) };
    },
  },
  {
    name: 'bare host: --check --diff',
    async run(bench) {
      const play = good(await bench.control.play('install', wanted(bench), '--check', '--diff'));
      const left = await differenceOf(bench.lab);
      assure(left.length === 0, left.join('\n'));
      return { play, seen: `${told(play)}; nothing is different` };
    },
  },
  {
    name: 'bare host to green',
    async run(bench) {
      const play = good(await bench.control.play('install', wanted(bench)));
      const healths = bench.lab.hosts.map((host) => statusOf(host)?.health);
      assure(
        healths.every((health) => health === 'Healthy' || health === 'Degraded'),
        healths.join(', '),
      );
      return { play, seen: `${told(play)}; ${healths.join(', ')}` };
    },
  },
  unchanged('the second run', 'install', wanted),
  unchanged('the second run, --check', 'install', wanted, '--check', '--diff'),
  {
    name: 'a wrong key, under --check and for good',
    async run(bench) {
      const wrong = { ...wanted(bench), nodemend_config: { mode: 'observed' } };
      const check = await bench.control.play('configure', wrong, '--check', '--diff');
      const play = await bench.control.play('configure', wrong);
      assure(check.code !== 0 && play.code !== 0, `exit ${check.code} and ${play.code}`);
      assure(check.text.includes('observed') && play.text.includes('observed'), 'nobody said what is wrong');
      const text = readFileSync(join(bench.lab.host().root, 'etc/nodemend/config.yaml'), 'utf8');
      assure(text.includes('mode: remedy\n'), text);
      return { play, seen: `refused twice, the file is as it was; ${told(play)}` };
    },
  },
  {
    name: 'configure: another value',
    async run(bench) {
      const processes = await pids(bench.lab);
      const play = good(
        await bench.control.play(
          'configure',
          { ...wanted(bench), nodemend_config_group: { report: {}, checks: { clock: { enabled: false } } } },
          '--diff',
        ),
      );
      assure(play.text.includes('+    enabled: false'), `no diff was shown: ${play.text.slice(-3000)}`);
      assure((await pids(bench.lab)) === processes, 'an agent was restarted');
      const looked = bench.lab.hosts.map((host) => statusOf(host)?.checks.some(({ name }) => name === 'clock'));
      assure(!looked.includes(true), 'the check still runs');
      return { play, seen: `${told(play)}; reloaded, no PID changed` };
    },
  },
  unchanged('restored configuration, and the second run of it', 'configure', (bench) => ({
    ...wanted(bench),
    nodemend_config_group: { report: {}, checks: { clock: { enabled: false } } },
  })),
];
