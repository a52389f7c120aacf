import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { judgeTuning } from '../../../lib/checks/kubelet/judge-tuning.ts';
import { evictionTuning, readFrozen } from '../../../lib/sources/kubelet/eviction-tuning.ts';
import { kubeletUnit } from '../../../lib/sources/kubelet/kubelet-unit.ts';
import { chooseMechanism } from '../../../lib/tune/mechanism.ts';
import { fakeNode } from '../../fakes/node.ts';
import { readFact } from '../../fakes/read.ts';
import { nodeOf } from '../../tune/nodes.ts';

const FRAGMENT = '/usr/lib/systemd/system/kubelet.service';
const unitOf = (flags: string) => `[Service]\nExecStart=/usr/bin/kubelet --config=/c.yaml ${flags}\n`;
const digest = (text: string) => createHash('sha256').update(text).digest('hex');
const target = {
  hard: { 'memory.available': '100Mi', 'nodefs.available': '5%', 'nodefs.inodesFree': '5%', 'imagefs.available': '15%' },
  soft: {},
  grace: {},
  writesSoft: false,
};

/** As tune eviction writes it. */
function frozenUnits(flags: string) {
  const { change } = chooseMechanism(nodeOf({ [FRAGMENT]: unitOf('--v=2') }), target, {
    via: 'auto',
    freezeCommand: true,
    digest,
  });
  return [
    { path: FRAGMENT, text: unitOf(flags) },
    { path: change?.path ?? '', text: change?.after ?? '' },
  ];
}

describe('a frozen command', () => {
  it.each([
    ['--v=2', 'same'],
    ['--v=2 --new-flag', 'changed'],
    ['--hostname-override=%H', 'unclear'],
  ])('whose unit now has %s: its base is %s', (flags, base) => {
    expect(readFrozen(frozenUnits(flags), 'kubelet.service')).toMatchObject({
      base,
      path: '/etc/systemd/system/kubelet.service.d/90-nodemend-eviction.conf',
    });
  });

  it('is none where nobody froze one', () => {
    expect(readFrozen([{ path: FRAGMENT, text: unitOf('') }], 'kubelet.service')).toBeUndefined();
  });

  it('is read on the node, and a changed base is a problem', async () => {
    const units = frozenUnits('--v=3');
    const host = fakeNode({ files: Object.fromEntries(units.map(({ path, text }) => [path, text])) });
    const unit = { kind: 'unit', unit: 'kubelet.service', fragmentPath: FRAGMENT, dropInPaths: [units[1]?.path ?? ''] };
    const fact = await readFact(host, evictionTuning, [[kubeletUnit, unit]]);

    expect(judgeTuning(fact)).toMatchObject([
      { type: 'EvictionTuningBroken', reason: 'BaseCommandChanged', severity: 'warning' },
    ]);
  });
});

describe('judgeTuning', () => {
  it('suspects a change that is under way, until it has taken too long', () => {
    const [finding] = judgeTuning({ open: { what: 'apply', step: 'restart', paths: ['/etc/default/kubelet'] } });

    expect(finding).toMatchObject({ reason: 'ChangeInterrupted', state: 'suspected', activeAfter: 480_000 });
  });

  it.each([
    ['nothing was tuned', {}, 0],
    ['the base is the same', { frozen: { path: '/x', base: 'same', command: '' } }, 0],
    ['the base cannot be told', { frozen: { path: '/x', base: 'unclear', command: 'why' } }, 1],
  ] as const)('%s', (_name, fact, count) => {
    expect(judgeTuning(fact)).toHaveLength(count);
  });
});
