import { describe, expect, it } from 'vitest';
import { type KubeletProcess, kubeletProcess } from '../../../lib/sources/kubelet/kubelet-process.ts';
import { type KubeletSettings, kubeletSettings } from '../../../lib/sources/kubelet/kubelet-settings.ts';
import { type FakeNode, fakeNode } from '../../fakes/node.ts';
import { readFact } from '../../fakes/read.ts';

const HEADER = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n';
const CONFIG = '/var/lib/kubelet/config.yaml';
const DIRECTORY = '/etc/kubernetes/kubelet.conf.d';
const FOUR = { 'memory.available': '100Mi', 'nodefs.available': '10%', 'nodefs.inodesFree': '5%', 'imagefs.available': '15%' };
const FIVE = { ...FOUR, 'imagefs.inodesFree': '5%' };

function running(argv: readonly string[]): KubeletProcess {
  return {
    kind: 'running',
    pid: 812,
    argv: ['/usr/bin/kubelet', ...argv],
    startedAt: Date.parse('2026-01-01T00:00:00Z'),
    startTicks: 100,
    layout: 'systemd',
    ownsPort: true,
    state: 'S',
  };
}

function settingsOf(process: KubeletProcess, node: FakeNode = {}): Promise<KubeletSettings> {
  return readFact(fakeNode(node), kubeletSettings, [[kubeletProcess, process]]);
}

const kubeletOf = (version: string | undefined): FakeNode =>
  version === undefined
    ? {}
    : {
        status: { '/proc/812/exe': { mode: 0o755, uid: 0 } },
        commands: { '/proc/812/exe --version': `Kubernetes ${version}\n` },
      };

interface Row {
  readonly name: string;
  readonly version?: string;
  readonly argv?: readonly string[];
  readonly main?: string;
  readonly dropIns?: Readonly<Record<string, string>>;
  readonly hard: Readonly<Record<string, string>>;
  readonly source: string;
}

const flag = (value: string) => [`--config=${CONFIG}`, `--eviction-hard=${value}`];
const hard = (entries: Readonly<Record<string, string>>) =>
  `evictionHard:\n${Object.entries(entries)
    .map(([key, value]) => `  ${key}: "${value}"\n`)
    .join('')}`;

const rows: readonly Row[] = [
  { name: 'v1.20 without --config keeps its four', version: 'v1.20.2', hard: FOUR, source: 'default (v1.20.2)' },
  {
    name: 'v1.36 without --config has none',
    version: 'v1.36.2',
    hard: {},
    source: 'default (v1.36.2): none without --config',
  },
  {
    name: 'v1.20 with a file that says nothing',
    version: 'v1.20.2',
    argv: ['--config', CONFIG],
    main: '',
    hard: FOUR,
    source: 'default (v1.20.2)',
  },
  {
    name: 'v1.36 with a file that says nothing',
    version: 'v1.36.2',
    argv: ['--config', CONFIG],
    main: '',
    hard: FIVE,
    source: 'default (v1.36.2)',
  },
  {
    name: 'v1.29 has no imagefs.inodesFree yet',
    version: 'v1.29.9',
    argv: [`--config=${CONFIG}`],
    main: '',
    hard: FOUR,
    source: 'default (v1.29.9)',
  },
  {
    name: 'a partial file loses the rest',
    version: 'v1.36.2',
    argv: [`--config=${CONFIG}`],
    main: hard({ 'nodefs.available': '5%' }),
    hard: { 'nodefs.available': '5%' },
    source: CONFIG,
  },
  {
    name: 'a partial file loses the rest in v1.20 too',
    version: 'v1.20.2',
    argv: [`--config=${CONFIG}`],
    main: hard({ 'memory.available': '200Mi' }),
    hard: { 'memory.available': '200Mi' },
    source: CONFIG,
  },
  {
    name: 'an empty map in the file turns everything off',
    version: 'v1.36.2',
    argv: [`--config=${CONFIG}`],
    main: 'evictionHard: {}\n',
    hard: {},
    source: CONFIG,
  },
  {
    name: 'a null in the file is no setting',
    version: 'v1.36.2',
    argv: [`--config=${CONFIG}`],
    main: 'evictionHard:\n',
    hard: FIVE,
    source: 'default (v1.36.2)',
  },
  {
    name: 'mergeDefaultEvictionSettings in the main file keeps the rest',
    version: 'v1.36.2',
    argv: [`--config=${CONFIG}`],
    main: `mergeDefaultEvictionSettings: true\n${hard({ 'nodefs.available': '5%' })}`,
    hard: { ...FIVE, 'nodefs.available': '5%' },
    source: `default (v1.36.2) + ${CONFIG}`,
  },
  {
    name: 'mergeDefaultEvictionSettings means nothing to v1.32',
    version: 'v1.32.1',
    argv: [`--config=${CONFIG}`],
    main: `mergeDefaultEvictionSettings: true\n${hard({ 'nodefs.available': '5%' })}`,
    hard: { 'nodefs.available': '5%' },
    source: CONFIG,
  },
  {
    name: 'mergeDefaultEvictionSettings in a drop-in has no effect',
    version: 'v1.36.2',
    argv: [`--config=${CONFIG}`, `--config-dir=${DIRECTORY}`],
    main: hard({ 'nodefs.available': '5%' }),
    dropIns: { '10-merge.conf': 'mergeDefaultEvictionSettings: true\n' },
    hard: { 'nodefs.available': '5%' },
    source: CONFIG,
  },
  {
    name: 'a partial drop-in over a silent file loses nothing',
    version: 'v1.36.2',
    argv: [`--config=${CONFIG}`, `--config-dir=${DIRECTORY}`],
    main: '',
    dropIns: { '10-disk.conf': hard({ 'nodefs.available': '5%' }) },
    hard: { ...FIVE, 'nodefs.available': '5%' },
    source: `default (v1.36.2) + ${DIRECTORY}/10-disk.conf`,
  },
  {
    name: 'drop-ins without a main file stand alone',
    version: 'v1.36.2',
    argv: [`--config-dir=${DIRECTORY}`],
    dropIns: { '10-disk.conf': hard({ 'nodefs.available': '5%' }) },
    hard: { 'nodefs.available': '5%' },
    source: `${DIRECTORY}/10-disk.conf`,
  },
  {
    name: 'several drop-ins: by name, key by key, the last wins, null removes',
    version: 'v1.36.2',
    argv: [`--config=${CONFIG}`, `--config-dir=${DIRECTORY}/`],
    main: hard({ 'memory.available': '100Mi', 'nodefs.available': '10%' }),
    dropIns: {
      '10-a.conf': hard({ 'nodefs.available': '7%', 'imagefs.available': '9%' }),
      '20-b.conf': `evictionHard:\n  nodefs.available: "6%"\n  memory.available: null\n`,
      'README.md': 'not yaml: [',
    },
    hard: { 'nodefs.available': '6%', 'imagefs.available': '9%' },
    source: `${DIRECTORY}/20-b.conf + ${DIRECTORY}/10-a.conf`,
  },
  {
    name: 'the flag replaces file and drop-ins (incident I1)',
    version: 'v1.36.2',
    argv: [...flag('nodefs.available<5%'), '--config-dir', DIRECTORY],
    main: hard(FIVE),
    dropIns: { '10-a.conf': hard({ 'imagefs.available': '9%' }) },
    hard: { 'nodefs.available': '5%' },
    source: 'flag --eviction-hard',
  },
  {
    name: 'a full flag, with blanks and a separate word',
    version: 'v1.20.2',
    argv: ['--eviction-hard', 'memory.available<100Mi, nodefs.available<10%,nodefs.inodesFree<5%,imagefs.available<15%'],
    hard: FOUR,
    source: 'flag --eviction-hard',
  },
  {
    name: 'a repeated flag adds up, and underscores are dashes',
    version: 'v1.20.2',
    argv: ['--eviction_hard=memory.available<1Gi', '--eviction-hard=nodefs.available<1e9', '--v=2'],
    hard: { 'memory.available': '1Gi', 'nodefs.available': '1e9' },
    source: 'flag --eviction-hard',
  },
  {
    name: 'an empty flag turns everything off',
    version: 'v1.20.2',
    argv: ['--eviction-hard='],
    hard: {},
    source: 'flag --eviction-hard',
  },
  {
    name: 'a version that nobody could tell counts as the newest',
    argv: [`--config=${CONFIG}`],
    main: '',
    hard: FIVE,
    source: 'default (kubelet version unknown)',
  },
];

function nodeOf(row: Row): FakeNode {
  const files: Record<string, string> = {};
  if (row.main !== undefined) files[CONFIG] = HEADER + row.main;
  for (const [name, text] of Object.entries(row.dropIns ?? {})) files[`${DIRECTORY}/${name}`] = HEADER + text;
  return { ...kubeletOf(row.version), files, directories: { [DIRECTORY]: Object.keys(row.dropIns ?? {}) } };
}

describe('kubelet-settings', () => {
  it.each(rows)('$name', async (row) => {
    const settings = await settingsOf(running(row.argv ?? []), nodeOf(row));

    expect(settings.problems).toEqual([]);
    expect(settings.evictionHard.value).toEqual(row.hard);
    expect(settings.evictionHard.source).toBe(row.source);
    expect(settings.version).toBe(row.version);
  });

  it('walks the whole --config-dir in the order of its names, and follows no link to a directory', async () => {
    const drop = (value: string) => `${HEADER}evictionHard: {nodefs.available: "${value}"}\n`;
    const node: FakeNode = {
      ...kubeletOf('v1.36.2'),
      files: {
        [`${DIRECTORY}/05.conf`]: drop('1%'),
        [`${DIRECTORY}/10-sub/a.conf`]: drop('2%'),
        [`${DIRECTORY}/link/b.conf`]: drop('9%'),
      },
      directories: {
        [DIRECTORY]: ['05.conf', '10-sub', 'link'],
        [`${DIRECTORY}/10-sub`]: ['a.conf'],
        [`${DIRECTORY}/link`]: ['b.conf'],
      },
      links: { [`${DIRECTORY}/link`]: '/elsewhere' },
      status: { [`${DIRECTORY}/10-sub`]: { is: 'directory' } },
    };

    const { evictionHard } = await settingsOf(running([`--config-dir=${DIRECTORY}`]), node);

    expect(evictionHard).toEqual({ value: { 'nodefs.available': '2%' }, source: `${DIRECTORY}/10-sub/a.conf` });
  });

  it.each([
    ['as it is', DIRECTORY, {}],
    ['with a slash at its end', `${DIRECTORY}/`, { 'nodefs.available': '5%' }],
  ])('enters a --config-dir that is a link only as WalkDir does: %s', async (_, path, value) => {
    const node: FakeNode = {
      ...kubeletOf('v1.36.2'),
      files: { [`${DIRECTORY}/a.conf`]: HEADER + hard({ 'nodefs.available': '5%' }) },
      directories: { [DIRECTORY]: ['a.conf'] },
      links: { [DIRECTORY]: '/elsewhere' },
    };

    expect((await settingsOf(running([`--config-dir=${path}`]), node)).evictionHard.value).toEqual(value);
  });

  it('does not guess the flags of a kubelet inside k3s, unless configz tells them', async () => {
    const k3s = { ...running([]), argv: ['/usr/local/bin/k3s', 'server'], layout: 'k3s' } as KubeletProcess;
    const body = JSON.stringify({ kubeletconfig: { evictionHard: { 'nodefs.available': '5%' } } });
    const told: FakeNode = { http: { 'https://127.0.0.1:10250/configz': body } };

    const blind = await settingsOf(k3s);
    const seen = await settingsOf(k3s, told);

    expect(blind.evictionHard.uncertain).toMatch(/inside its own process/);
    expect(blind.runtimeEndpoint).toBe('/run/k3s/containerd/containerd.sock');
    expect(seen.evictionHard).toEqual({ value: { 'nodefs.available': '5%' }, source: 'configz' });
    expect(seen.problems).toEqual([]);
  });

  it('reads the files of a kubelet in a container through its own root', async () => {
    const inContainer = { ...running(['--config', CONFIG]), layout: 'container' } as KubeletProcess;
    const files = { [`/proc/812/root${CONFIG}`]: HEADER + hard({ 'nodefs.available': '5%' }) };

    expect((await settingsOf(inContainer, { files })).evictionHard.value).toEqual({ 'nodefs.available': '5%' });
  });

  it('reads soft thresholds with their grace and reclaim', async () => {
    const main = `${HEADER}evictionSoft: {memory.available: 1.5Gi}\nevictionSoftGracePeriod: {memory.available: 1m30s}\nevictionMinimumReclaim: {nodefs.available: 500M}\n`;
    const settings = await settingsOf(running(['--config', CONFIG]), { ...kubeletOf('v1.36.2'), files: { [CONFIG]: main } });

    expect(settings.evictionSoft).toEqual({ value: { 'memory.available': '1.5Gi' }, source: CONFIG });
    expect(settings.evictionSoftGracePeriod.value).toEqual({ 'memory.available': '1m30s' });
    expect(settings.evictionMinimumReclaim.value).toEqual({ 'nodefs.available': '500M' });
  });

  it('marks what is no text in the file, as the kubelet does not start with it', async () => {
    const main = `${HEADER}evictionHard: {memory.available: 1000000, nodefs.available: 1e7, imagefs.available: "1e7"}\n`;
    const { evictionHard } = await settingsOf(running(['--config', CONFIG]), {
      ...kubeletOf('v1.20.2'),
      files: { [CONFIG]: main },
    });

    expect(evictionHard.mistyped).toEqual(['memory.available', 'nodefs.available']);
  });

  it.each([
    ['missing', undefined, /does not exist/],
    ['unreadable', { kind: 'denied' } as const, /permission denied/],
    ['a directory', { kind: 'not-a-file', is: 'directory' } as const, /is a directory, not a file/],
    ['a FIFO', { kind: 'not-a-file', is: 'fifo' } as const, /is a fifo, not a file/],
    ['empty', '', /the file is empty; expected a KubeletConfiguration/],
    ['a list', '- a\n', /expected a mapping/],
    ['of another kind', 'apiVersion: v1\nkind: Pod\n', /kind is "Pod"; expected KubeletConfiguration/],
    ['without a kind', 'evictionHard: {}\n', /kind is missing/],
    ['indented with a tab', `${HEADER}evictionHard:\n\tnodefs.available: 5%\n`, /[Tt]abs/],
    ['truncated', `${HEADER}evictionHard: {nodefs.available: "5`, /quote|flow|[Mm]issing/],
  ])('says why the file cannot be used: %s', async (_, file, message) => {
    const node = { ...kubeletOf('v1.36.2'), files: file === undefined ? {} : { [CONFIG]: file } };

    const { problems, evictionHard } = await settingsOf(running(['--config', CONFIG]), node);

    expect(problems).toHaveLength(1);
    expect(problems[0]?.file).toBe(CONFIG);
    expect(problems[0]?.message).toMatch(message);
    expect(evictionHard.uncertain).toContain(CONFIG);
  });

  it('names line and column of the fault', async () => {
    const node = { ...kubeletOf('v1.36.2'), files: { [CONFIG]: `${HEADER}evictionHard:\n\tnodefs.available: 5%\n` } };

    const { problems } = await settingsOf(running(['--config', CONFIG]), node);

    expect(problems[0]).toMatchObject({ line: 4, column: 1 });
  });

  it('is certain of what a flag says, whatever the file is like', async () => {
    const { evictionHard } = await settingsOf(running(flag('nodefs.available<5%')), kubeletOf('v1.36.2'));

    expect(evictionHard.uncertain).toBeUndefined();
  });

  it('believes configz before a file that was edited after the start', async () => {
    const node: FakeNode = {
      ...kubeletOf('v1.36.2'),
      files: { [CONFIG]: HEADER + hard({ 'nodefs.available': '5%' }) },
      http: { 'https://127.0.0.1:10250/configz': JSON.stringify({ kubeletconfig: { evictionHard: FIVE, maxPods: 42 } }) },
    };

    const settings = await settingsOf(running(['--config', CONFIG]), node);

    expect(settings).toMatchObject({ confirmed: true, maxPods: 42, evictionHard: { value: FIVE, source: 'configz' } });
  });

  it('keeps the origin of what configz confirms', async () => {
    const partial = { 'nodefs.available': '5%' };
    const node: FakeNode = {
      ...kubeletOf('v1.36.2'),
      files: { [CONFIG]: HEADER + hard(partial) },
      http: { 'https://127.0.0.1:10250/configz': JSON.stringify({ kubeletconfig: { evictionHard: partial } }) },
    };

    expect((await settingsOf(running(['--config', CONFIG]), node)).evictionHard.source).toBe(CONFIG);
  });

  it('reads where a dockershim kubelet and a CRI kubelet have their runtime', async () => {
    const old = await settingsOf(running([]), kubeletOf('v1.20.2'));
    const cri = await settingsOf(
      running(['--container-runtime=remote', '--container-runtime-endpoint=unix:///run/x.sock']),
      kubeletOf('v1.20.2'),
    );
    const modern = await settingsOf(running(['--config', CONFIG]), { ...kubeletOf('v1.36.2'), files: { [CONFIG]: HEADER } });

    expect([old.dockerEndpoint, old.runtimeEndpoint]).toEqual(['/var/run/docker.sock', undefined]);
    expect([cri.dockerEndpoint, cri.runtimeEndpoint]).toEqual([undefined, '/run/x.sock']);
    expect([modern.dockerEndpoint, modern.runtimeEndpoint]).toEqual([undefined, '/run/containerd/containerd.sock']);
  });

  it('has the read-only port of its flags only without --config', async () => {
    const bare = await settingsOf(running([]), kubeletOf('v1.20.2'));
    const file = await settingsOf(running(['--config', CONFIG]), { ...kubeletOf('v1.20.2'), files: { [CONFIG]: HEADER } });

    expect([bare.readOnlyPort, file.readOnlyPort]).toEqual([10255, 0]);
  });

  it('reports as often as it updates when only the update frequency is set', async () => {
    const node = { ...kubeletOf('v1.36.2'), files: { [CONFIG]: `${HEADER}nodeStatusUpdateFrequency: 30s\n` } };

    const settings = await settingsOf(running(['--config', CONFIG]), node);

    expect([settings.nodeStatusUpdateFrequency, settings.nodeStatusReportFrequency]).toEqual([30_000, 30_000]);
  });

  it('takes the command of a stopped unit, with its environment', async () => {
    const show = [
      `ExecStart={ path=/usr/bin/kubelet ; argv[]=/usr/bin/kubelet $KUBELET_CONFIG_ARGS $KUBELET_EXTRA_ARGS --root-dir=\${ROOT} ; ignore_errors=no ; start_time=[n/a] }`,
      `Environment="KUBELET_CONFIG_ARGS=--config=${CONFIG} --hostname-override=n1" ROOT=/data/kubelet`,
      'EnvironmentFiles=/etc/default/kubelet (ignore_errors=yes)',
    ].join('\n');
    const node: FakeNode = {
      commands: { 'systemctl show -p ExecStart,Environment,EnvironmentFiles kubelet.service': show },
      files: { [CONFIG]: HEADER, '/etc/default/kubelet': '# extra\nKUBELET_EXTRA_ARGS="--eviction-hard=nodefs.available<5%"\n' },
    };

    const settings = await settingsOf({ kind: 'absent', installed: true, unit: 'kubelet.service', why: 'inactive' }, node);

    expect(settings).toMatchObject({
      source: 'kubelet.service (inactive)',
      rootDirectory: '/data/kubelet',
      hostnameOverride: 'n1',
      evictionHard: { value: { 'nodefs.available': '5%' }, source: 'flag --eviction-hard' },
    });
  });

  it('measures a host without kubelet by the defaults', async () => {
    const settings = await settingsOf({ kind: 'absent', installed: false, why: 'no kubelet on this host' });

    expect(settings.evictionHard).toEqual({ value: FIVE, source: 'default (no kubelet)' });
    expect(settings.source).toBe('no kubelet on this host');
  });

  it('starts no binary that others than root could have written', async () => {
    const node: FakeNode = {
      status: { '/proc/812/exe': { mode: 0o777 }, '/usr/bin/kubelet': { mode: 0o755, uid: 1000 } },
      commands: { '/proc/812/exe --version': 'Kubernetes v1.20.2', '/usr/bin/kubelet --version': 'Kubernetes v1.20.2' },
    };

    expect((await settingsOf(running([]), node)).version).toBeUndefined();
  });
});
