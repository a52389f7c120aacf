import { describe, expect, it } from 'vitest';
import { findFragment, lastName, orderDropIns } from '../../lib/tune/drop-ins.ts';
import { commandLine } from '../../lib/tune/service-command.ts';
import { isUnclear, quoteForUnit, quoteForVariable, splitUnitWords } from '../../lib/tune/unit-words.ts';
import { fixtures, type UnitFixture } from './units.ts';

function argvOf({ unit = 'kubelet.service', files }: UnitFixture) {
  const paths = Object.keys(files);
  const template = unit.replace(/@.*\./, '@.');
  const fragment = findFragment(unit, paths) ?? findFragment(template, paths) ?? '';
  const units = [fragment, ...orderDropIns(unit, paths)].map((path) => ({ path, text: files[path] ?? '' }));
  return commandLine(units, unit, new Map(Object.entries(files)));
}

describe('commandLine', () => {
  it.each(fixtures.map((fixture) => [fixture.name, fixture] as const))('%s', (_name, fixture) => {
    const argv = argvOf(fixture);

    if (typeof fixture.argv !== 'string') expect(argv).toEqual(fixture.argv);
    else expect(isUnclear(argv) ? argv.why : argv).toContain(fixture.argv);
  });
});

describe('what is written', () => {
  const texts = ['--eviction-hard=nodefs.available<5%,memory.available<100Mi', 'a "b" \\ c', "it's", '%n %%', '', 'tab\there'];

  it.each(texts)('is read back by systemd’s rules from a unit file: %j', (text) => {
    const files = { '/etc/systemd/system/k.service': `[Service]\nExecStart=/k ${quoteForUnit(text)}\n` };

    expect(argvOf({ name: '', unit: 'k.service', files, argv: [] })).toEqual(['/k', text]);
  });

  it.each(texts)('is read back from a variable: %j', (text) => {
    expect(splitUnitWords(`--x ${quoteForVariable(text)} --y`, 'variable')).toEqual(['--x', text, '--y']);
  });

  it('gets a name that is read last', () => {
    expect(lastName('nodemend-eviction', ['10-kubeadm.conf'])).toBe('90-nodemend-eviction.conf');
    expect(lastName('nodemend-eviction', ['10-kubeadm.conf', '99-local.conf'])).toBe('zz-nodemend-eviction.conf');
  });
});
