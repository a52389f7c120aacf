import { describe, expect, it } from 'vitest';
import { parseFlags } from '../../lib/sources/kubelet/kubelet-flags.ts';
import { chooseMechanism, type MechanismOptions } from '../../lib/tune/mechanism.ts';
import type { TuneNode } from '../../lib/tune/node.ts';
import type { Target } from '../../lib/tune/target.ts';
import { nodeOf } from './nodes.ts';
import { I1, I1_ARGV, I1_REPAIRED, KUBEADM, KUBEADM_ARGV } from './units.ts';

const PLAIN = '[Service]\nExecStart=/usr/bin/kubelet --config=/c.yaml "--node-labels=a=5%%"\n';
const D = '/etc/systemd/system/kubelet.service.d';
const FRAGMENT = '/lib/systemd/system/kubelet.service';
const HARD = 'memory.available<100Mi,nodefs.available<5%,nodefs.inodesFree<5%,imagefs.available<15%';

const target: Target = {
  hard: { 'memory.available': '100Mi', 'nodefs.available': '5%', 'nodefs.inodesFree': '5%', 'imagefs.available': '15%' },
  soft: {},
  grace: {},
  writesSoft: false,
};
const auto: MechanismOptions = { via: 'auto', freezeCommand: false, digest: (text) => `digest of ${text}` };
const choose = (node: TuneNode, options: Partial<MechanismOptions> = {}, wanted = target) =>
  chooseMechanism(node, wanted, { ...auto, ...options });
const kubeadm = (file?: string) =>
  nodeOf({
    [FRAGMENT]: PLAIN,
    [`${D}/10-kubeadm.conf`]: KUBEADM,
    ...(file === undefined ? {} : { '/etc/default/kubelet': file }),
  });
const i1 = nodeOf({ [FRAGMENT]: PLAIN, [`${D}/10-kubeadm.conf`]: I1 });

describe('KUBELET_EXTRA_ARGS', () => {
  it.each([
    ['a file that is not there', undefined, `KUBELET_EXTRA_ARGS="--eviction-hard=${HARD}"\n`, []],
    [
      'a line without quotes',
      '# mine\nKUBELET_EXTRA_ARGS=--node-ip=10.0.0.4\nOTHER=1\n',
      `# mine\nKUBELET_EXTRA_ARGS="--node-ip=10.0.0.4 --eviction-hard=${HARD}"\nOTHER=1\n`,
      ['--node-ip=10.0.0.4'],
    ],
    [
      'an earlier partial setting',
      'KUBELET_EXTRA_ARGS="--v=2 --eviction-hard nodefs.available<1% --x=1"\n',
      `KUBELET_EXTRA_ARGS="--v=2 --x=1 --eviction-hard=${HARD}"\n`,
      ['--v=2', '--x=1'],
    ],
    [
      'two lines, of which the last wins',
      'KUBELET_EXTRA_ARGS=--a\nKUBELET_EXTRA_ARGS=--b',
      `KUBELET_EXTRA_ARGS=--a\nKUBELET_EXTRA_ARGS=--b\nKUBELET_EXTRA_ARGS="--b --eviction-hard=${HARD}"\n`,
      ['--b'],
    ],
    [
      'a value over two lines',
      'KUBELET_EXTRA_ARGS=--a \\\n--b\n',
      `KUBELET_EXTRA_ARGS=--a \\\n--b\nKUBELET_EXTRA_ARGS="--a --b --eviction-hard=${HARD}"\n`,
      ['--a', '--b'],
    ],
    [
      'words in quotes',
      `KUBELET_EXTRA_ARGS='--a="b c"'\n`,
      `KUBELET_EXTRA_ARGS="--a=\\"b c\\" --eviction-hard=${HARD}"\n`,
      ['--a=b c'],
    ],
  ])('is merged with %s', (_name, file, after, own) => {
    const { change } = choose(kubeadm(file));

    expect(change).toMatchObject({ mechanism: 'extra-args', path: '/etc/default/kubelet', after });
    expect(change?.argv).toEqual([...KUBEADM_ARGV, ...own, `--eviction-hard=${HARD}`]);
  });

  it('never goes into the file that kubeadm writes', () => {
    const unit = KUBEADM.replace('EnvironmentFile=-/etc/default/kubelet\n', '');

    expect(choose(nodeOf({ [FRAGMENT]: PLAIN, [`${D}/10-kubeadm.conf`]: unit })).change?.mechanism).toBe('systemd');
  });
});

describe('a drop-in', () => {
  it('sets the variable of I1, whose unit reads no file', () => {
    const { change, rejected } = choose(i1);

    expect(change?.path).toBe(`${D}/90-nodemend-eviction.conf`);
    expect(change?.after).toContain(`Environment="KUBELET_EXTRA_ARGS=--eviction-hard=${HARD.replaceAll('%', '%%')}"\n`);
    expect(change?.argv).toEqual([...I1_ARGV, `--eviction-hard=${HARD}`]);
    expect(rejected.map(({ mechanism }) => mechanism)).toEqual(['config-dir', 'extra-args']);
  });

  it('takes the variable that has thresholds already, wherever it stands on the line', () => {
    const node = nodeOf({ [FRAGMENT]: PLAIN, [`${D}/10-kubeadm.conf`]: I1_REPAIRED });
    const six: Target = { ...target, hard: { ...target.hard, 'nodefs.available': '6%' } };

    const { change } = choose(node, {}, six);

    expect(change?.after).toContain(
      'Environment="KUBELET_EVICTION_POLICY_ARGS=--eviction-hard=memory.available<100Mi,nodefs.available<6%%',
    );
    expect(change?.argv).toEqual([...I1_ARGV, `--eviction-hard=${HARD.replace('5%', '6%')}`]);
  });

  it('replaces what it wrote before, and says the same again', () => {
    const first = choose(i1).change;
    const again = nodeOf({ [FRAGMENT]: PLAIN, [`${D}/10-kubeadm.conf`]: I1, [first?.path ?? '']: first?.after ?? '' });

    expect(choose(again).change).toMatchObject({ before: first?.after, after: first?.after });
  });

  it('is read after one of a later name', () => {
    const node = nodeOf({
      [FRAGMENT]: PLAIN,
      [`${D}/10-kubeadm.conf`]: I1,
      [`${D}/99-x.conf`]: '[Service]\nEnvironment=KUBELET_EXTRA_ARGS=--v=4\n',
    });

    const { change } = choose(node);

    expect(change?.path).toBe(`${D}/zz-nodemend-eviction.conf`);
    expect(change?.argv).toEqual([...I1_ARGV, '--v=4', `--eviction-hard=${HARD}`]);
  });

  it('takes the whole command only on request', () => {
    const node = nodeOf({ [FRAGMENT]: PLAIN });

    expect(choose(node).change).toBeUndefined();
    const { change } = choose(node, { freezeCommand: true });
    expect(change?.mechanism).toBe('freeze-command');
    expect(change?.after).toContain(
      'ExecStart=\nExecStart=/usr/bin/kubelet --config=/c.yaml "--node-labels=a=5%%" "--eviction-hard=',
    );
    expect(change?.after).toContain('sha256 digest of');
    expect(change?.argv).toEqual(['/usr/bin/kubelet', '--config=/c.yaml', '--node-labels=a=5%', `--eviction-hard=${HARD}`]);
  });
});

describe('--config-dir', () => {
  const layers = { main: { file: '/c.yaml', content: { evictionHard: { 'pid.available': '5%' } } }, dropIns: [], problems: [] };
  const more = { version: 'v1.36.2', configDirectory: '/etc/kubernetes/kubelet.conf.d', layers };
  const complete: Target = { ...target, hard: { ...target.hard, 'imagefs.inodesFree': '5%', 'pid.available': '5%' } };

  it('is preferred where it is in use, and leaves the command line alone', () => {
    const node = nodeOf({ [FRAGMENT]: PLAIN, [`${D}/10-kubeadm.conf`]: KUBEADM }, more);

    const { change } = choose(node, {}, complete);

    expect(change).toMatchObject({
      mechanism: 'config-dir',
      path: '/etc/kubernetes/kubelet.conf.d/90-nodemend-eviction.conf',
      argv: node.argv,
    });
    expect(change?.after).toContain(
      'kind: KubeletConfiguration\nevictionHard:\n  memory.available: "100Mi"\n  nodefs.available: "5%"\n',
    );
  });

  it('is refused where a lower file would add to it', () => {
    const { change, rejected } = choose(nodeOf({ [FRAGMENT]: PLAIN }, more), { via: 'config-dir' });

    expect(change).toBeUndefined();
    expect(rejected[0]?.why).toContain('not be what was asked for');
  });

  it('is refused where a flag is stronger', () => {
    const node = nodeOf({ [FRAGMENT]: '[Service]\nExecStart=/k --eviction-hard=nodefs.available<5%%\n' }, more);

    expect(choose(node, { via: 'config-dir' }, complete).rejected[0]?.why).toContain('--eviction-hard is stronger');
  });
});

describe('what cannot be told', () => {
  it('is not planned on: the process runs something else than its unit’s files say', () => {
    const node = { ...i1, argv: [...i1.argv, '--added-by-a-wrapper'] };

    const { change, rejected } = choose(node, { freezeCommand: true });

    expect(change).toBeUndefined();
    expect(rejected.at(-1)?.why).toContain('--added-by-a-wrapper');
  });

  it('is refused where a later flag would add a signal of its own', () => {
    const unit =
      '[Service]\nEnvironmentFile=-/etc/default/kubelet\nExecStart=/k $KUBELET_EXTRA_ARGS --eviction-hard=nodefs.available<50%%\n';

    expect(choose(nodeOf({ [FRAGMENT]: unit }), { via: 'extra-args' }).rejected[0]?.why).toContain('not be what was asked for');
  });

  it('soft thresholds are written with their grace periods', () => {
    const soft: Target = {
      ...target,
      soft: { 'nodefs.available': '15%' },
      grace: { 'nodefs.available': '2m' },
      writesSoft: true,
    };

    const flags = parseFlags(choose(i1, {}, soft).change?.argv.slice(1) ?? []);

    expect(flags.get('eviction-soft')).toEqual(['nodefs.available<15%']);
    expect(flags.get('eviction-soft-grace-period')).toEqual(['nodefs.available=2m']);
  });
});
