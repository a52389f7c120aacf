import { assure, good, pids, type Step, told, total, versionOf, versions, wanted } from './bench.ts';
import { differenceOf } from './inventory.ts';

import type { Releases } from './releases.ts';

/** A version that must not get past the canary, and that it must not keep. */
function stopsAtCanary(name: string, says: string, version: (releases: Releases) => string): Step {
  return {
    name,
    async run(bench) {
      const [then, processes] = [versions(bench.lab), await pids(bench.lab)];
      const play = await bench.control.play('upgrade', wanted(bench, version(bench.releases)));
      assure(play.code !== 0, 'the play did not fail');
      assure(play.text.includes(says), `it does not say "${says}"`);
      assure(Object.keys(play.recap).join() === 'node1', `the play came to ${Object.keys(play.recap).join(', ')}`);
      assure(versions(bench.lab) === then, `${versions(bench.lab)} instead of ${then}`);
      const others = (text: string) => text.split(' ').slice(1).join(' ');
      assure(others(await pids(bench.lab)) === others(processes), 'an agent behind the canary was restarted');
      const said = /"?msg"?:\s*(.*(?:\n {4,}.*)*)/.exec(play.text.slice(play.text.indexOf('Stop here')))?.[1] ?? '';
      const state = await bench.lab.host().sh('systemctl is-active nodemend');
      return {
        play,
        seen: `canary is ${versionOf(bench.lab.host())} and ${state.trim()} again; ${said.replace(/\s+/g, ' ').slice(0, 300)}`,
      };
    },
  };
}

export const upgrading: readonly Step[] = [
  {
    name: 'upgrade',
    async run(bench) {
      const play = good(await bench.control.play('upgrade', wanted(bench, bench.releases.next)));
      assure(
        bench.lab.hosts.every((host) => versionOf(host) === bench.releases.next),
        versions(bench.lab),
      );
      return { play, seen: `${told(play)}; ${versions(bench.lab)}` };
    },
  },
  stopsAtCanary('upgrade to a version whose agent does not start', 'Job for nodemend.service failed', ({ dead }) => dead),
  stopsAtCanary('upgrade to a version that makes the node worse', 'the bench made it worse', ({ worse }) => worse),
  {
    name: 'a file of the program is changed by hand',
    async run(bench) {
      await bench.lab.host().sh('echo >>/opt/nodemend/lib/cli.cjs');
      const play = good(await bench.control.play('install', wanted(bench, bench.releases.next)));
      assure((play.recap.node1?.changed ?? 0) > 0 && play.recap.node2?.changed === 0, told(play));
      return { play, seen: told(play) };
    },
  },
  {
    name: 'uninstall with purge; every file, unit and Node field',
    async run(bench) {
      const play = good(await bench.control.play('uninstall', { nodemend_purge: true }));
      const left = await differenceOf(bench.lab);
      assure(left.length === 0, left.slice(0, 60).join('\n'));
      const again = good(await bench.control.play('uninstall', { nodemend_purge: true }));
      assure(total(again, 'changed') === 0, told(again));
      return { play, seen: `${told(play)}; no line is different; again changed=0` };
    },
  },
];
