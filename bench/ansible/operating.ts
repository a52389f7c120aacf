import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { must } from '../../test/lab/run.ts';
import { statusOf } from '../repairs/agent-on-host.ts';
import { assure, good, kubectl, type Step, told, total, wanted } from './bench.ts';

export const operating: readonly Step[] = [
  {
    name: 'pause, again, resume',
    async run(bench) {
      const pause = { nodemend_pause_reason: 'bench', nodemend_pause_until: '2100-01-02T03:04:05Z' };
      const play = good(await bench.control.play('pause', pause));
      assure(
        bench.lab.hosts.every((host) => statusOf(host)?.paused?.until?.startsWith('2100') === true),
        'an agent is not paused',
      );
      const again = good(await bench.control.play('pause', pause));
      assure(total(again, 'changed') === 0, told(again));
      good(await bench.control.play('resume'));
      assure(
        bench.lab.hosts.every((host) => statusOf(host)?.paused === null),
        'an agent is still paused',
      );
      return { play, seen: `${told(play)}; again changed=0; resumed` };
    },
  },
  {
    name: 'doctor and record',
    async run(bench) {
      const play = good(await bench.control.play('doctor'));
      const fleet = readFileSync(join(bench.control.reports, 'fleet.txt'), 'utf8');
      assure(fleet.trim().split('\n').length === bench.lab.hosts.length, fleet);
      const bundles = good(await bench.control.play('record', { nodemend_record_title: 'bench' }));
      await must(['tar', '-xzf', join(bench.control.reports, 'node1.tar.gz'), '-C', bench.control.reports]);
      assure(existsSync(join(bench.control.reports, 'recording/recording.json')), 'no recording.json in the bundle');
      return { play: bundles, seen: `${fleet.trim().replaceAll('\n', ' / ').slice(0, 200)}; ${told(play)}` };
    },
  },
  {
    name: 'eviction thresholds of one group',
    async run(bench) {
      const wish = {
        nodemend_eviction: ['nodefs.available<4%'],
        nodemend_eviction_allow_weaker: true,
        nodemend_eviction_within: 400,
        nodemend_hosts: 'others',
      };
      const check = good(await bench.control.play('eviction', { ...kubectl(bench), ...wish }, '--check', '--diff'));
      const play = good(await bench.control.play('eviction', { ...kubectl(bench), ...wish }));
      const again = good(await bench.control.play('eviction', { ...kubectl(bench), ...wish }));
      assure(total(again, 'changed') === 0, told(again));
      assure(check.text.includes('4%'), 'the diff was not shown');
      return { play, seen: `${told(play)}; again changed=0` };
    },
  },
  {
    name: 'an identity of their own',
    async run(bench) {
      const play = good(await bench.control.play('identity', { ...wanted(bench), nodemend_rbac_options: ['--without-policy'] }));
      const again = good(await bench.control.play('identity', { ...wanted(bench), nodemend_rbac_options: ['--without-policy'] }));
      assure(total(again, 'changed') === 0, told(again));
      assure(!`${play.text}${again.text}`.includes('eyJ'), 'a token was shown');
      const { stdout } = await bench.lab.host().exec(['/opt/nodemend/bin/nodemend', 'doctor']);
      return { play, seen: `${told(play)}; again changed=0; ${/.*identity.*/i.exec(stdout)?.[0]?.trim() ?? ''}` };
    },
  },
];
