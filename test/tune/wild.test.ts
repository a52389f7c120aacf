import { describe, expect, it } from 'vitest';
import { flagMap, parseFlags } from '../../lib/sources/kubelet/kubelet-flags.ts';
import { chooseMechanism } from '../../lib/tune/mechanism.ts';
import { commandLine } from '../../lib/tune/service-command.ts';
import { type Target, withoutFlags } from '../../lib/tune/target.ts';
import { nodeOf } from './nodes.ts';
import { tellable, vendors } from './wild-units.ts';

const target: Target = {
  hard: { 'memory.available': '100Mi', 'nodefs.available': '5%', 'nodefs.inodesFree': '5%', 'imagefs.available': '15%' },
  soft: {},
  grace: {},
  writesSoft: false,
};

describe('unit files met in the wild', () => {
  it.each(vendors.map((one) => [one.name, one] as const))('%s: read as systemd reads it', (_name, { files, argv }) => {
    expect(nodeOf(files).argv).toEqual(argv);
  });

  it.each(tellable.map((one) => [one.name, one] as const))('%s: nothing changes but the eviction flags', (_name, one) => {
    const node = nodeOf(one.files, {}, one.unit);
    expect(node.argv).toEqual(one.argv);

    const { change, rejected } = chooseMechanism(node, target, { via: 'auto', freezeCommand: true, digest: () => 'abc' });

    if (change === undefined) {
      // What is not planned is said; it must be for what cannot be written, not for what was not understood.
      expect(rejected.at(-1)?.why).toMatch(/ExecStart= begins with|would come from flag|not be what was asked for/);
      return;
    }
    const after = nodeOf({ ...one.files, [change.path]: change.after }, {}, one.unit);
    expect(withoutFlags(after.argv, target)).toEqual(withoutFlags(one.argv, target));
    expect(flagMap(parseFlags(after.argv.slice(1)), 'eviction-hard', '<')).toEqual(target.hard);
    expect(commandLine(after.units, after.unit, after.environmentFiles)).toEqual(change.argv);
  });

  it('are 25 at least, and most of them can be changed', () => {
    const planned = tellable.filter(
      ({ files, unit }) =>
        chooseMechanism(nodeOf(files, {}, unit), target, { via: 'auto', freezeCommand: true, digest: () => 'abc' }).change,
    );

    expect(tellable.length).toBeGreaterThanOrEqual(25);
    expect(planned.length).toBeGreaterThanOrEqual(25);
  });
});
