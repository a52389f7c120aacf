import { describe, expect, it } from 'vitest';
import { formatProblem, loadConfig, requireConfig } from '../../lib/config/load.ts';
import { configSchema } from '../../lib/config/schema.ts';
import type { HostView, PathFailure } from '../../lib/host/host.ts';
import { type Check, defineCheck } from '../../lib/model/check.ts';
import { pass } from '../../lib/model/finding.ts';
import { defineProblem } from '../../lib/model/problem.ts';
import { setting } from '../../lib/model/setting.ts';
import { minutes, seconds } from '../../lib/model/units.ts';
import { fakeNode } from '../fakes/node.ts';

const MAIN = '/etc/nodemend/config.yaml';

const plegHealth = defineCheck({
  id: 'pleg-health',
  title: 'the kubelet relists its pods',
  interval: seconds(5),
  sources: {},
  problems: [],
  settings: {
    suspectedAfter: setting.duration(seconds(20), 'twenty relists'),
    margin: setting.ratio(0.1, 'a tenth'),
    most: setting.count(3, 'three'),
    units: setting.strings(['kubelet.service'], 'the unit'),
  },
  evaluate: () => [pass('ok')],
});

const problem = defineProblem({
  type: 'PLEGUnhealthy',
  title: '',
  meaning: '',
  detection: '',
  advice: [],
  settings: [],
  ladder: [],
  reasons: { PlegStalled: { severity: 'critical', description: '' } },
});

const schema = configSchema({
  checks: [plegHealth as unknown as Check],
  remedies: [{ id: 'restart-kubelet', title: '', disruption: 'local', enabledByDefault: true }],
  problems: [problem],
});

type Files = Readonly<Record<string, string | PathFailure>>;

function host(files: Files): HostView {
  const dropIns = Object.keys(files).flatMap((path) =>
    path.includes('/conf.d/') ? [path.slice(path.lastIndexOf('/') + 1)] : [],
  );
  return fakeNode({ files, ...(dropIns.length === 0 ? {} : { directories: { '/etc/nodemend/conf.d': dropIns.sort() } }) });
}

async function load(files: Files, named?: string) {
  const result = await loadConfig(host(files), schema, named);
  if (result.kind === 'invalid') throw new Error(result.problems.map(formatProblem).join('\n'));
  return result;
}

async function problemsOf(text: string | PathFailure) {
  const result = await loadConfig(host({ [MAIN]: text }), schema);
  return result.kind === 'valid' ? [] : result.problems.map(formatProblem);
}

describe('loadConfig', () => {
  it('gives every default without a file', async () => {
    const { config, files } = await load({});

    expect(files).toEqual([]);
    expect(config.mode).toBe('remedy');
    expect(config.checks['pleg-health']).toEqual({
      enabled: true,
      interval: seconds(5),
      suspectedAfter: seconds(20),
      margin: 0.1,
      most: 3,
      units: ['kubelet.service'],
    });
    expect(config.guards.breaker).toEqual({
      unhealthy: { count: 2, ratio: 0.3 },
      sameReason: { count: 5, ratio: 0.02 },
      within: minutes(10),
    });
  });

  it.each([
    ['an empty file', ''],
    ['comments alone', '# nothing\n'],
    ['an empty document', '---\n'],
    ['keys without a value', 'checks:\n  pleg-health:\nladders:\nmode:\n'],
  ])('takes %s for the defaults', async (_name, text) => {
    expect((await load({ [MAIN]: text })).config).toEqual((await load({})).config);
  });

  it('merges drop-ins key by key in lexical order, lists as a whole', async () => {
    const { config, files } = await load({
      [MAIN]: 'mode: observe\nchecks: { pleg-health: { interval: 7s, units: [a, b] } }\n',
      '/etc/nodemend/conf.d/20-b.yaml': 'checks: { pleg-health: { units: [d] } }\n',
      '/etc/nodemend/conf.d/10-a.yaml': 'checks: { pleg-health: { units: [c], most: 9 } }\n',
      '/etc/nodemend/conf.d/note.txt': 'not: [read',
      '/etc/nodemend/conf.d/.10.yaml': 'not: [read',
    });

    expect(files).toEqual([MAIN, '/etc/nodemend/conf.d/10-a.yaml', '/etc/nodemend/conf.d/20-b.yaml']);
    expect(config.mode).toBe('observe');
    expect(config.checks['pleg-health']).toMatchObject({ interval: seconds(7), units: ['d'], most: 9 });
  });

  it('reads a named file alone', async () => {
    const { config, files } = await load(
      { '/x.yaml': 'mode: observe', [MAIN]: 'mode: [', '/etc/nodemend/conf.d/1.yaml': '{' },
      '/x.yaml',
    );

    expect(files).toEqual(['/x.yaml']);
    expect(config.mode).toBe('observe');
  });

  it('freezes the result to its depth', async () => {
    const { config } = await load({});

    expect(Object.isFrozen(config.guards.breaker.unhealthy)).toBe(true);
    expect(Object.isFrozen(config.checks['pleg-health']?.units)).toBe(true);
  });

  it.each([
    ['a tab', 'cluster:\n\tenabled: true\n', '2:1: Tabs are not allowed as indentation'],
    ['a key twice', 'mode: observe\nmode: remedy\n', '2:1: Map keys must be unique'],
    [
      'a state directory where none can be made',
      'stateDirectory: //proc/x\n',
      '1:17: stateDirectory: "//proc/x"; expected an absolute path outside /proc and /sys',
    ],
    ['a text', 'observe\n', '1:1: expected a mapping of keys to values'],
    ['two documents', 'mode: observe\n---\nmode: observe\n', '2:1: a second document begins; expected one'],
    ['binary', '\u0000\u0001\ufffd', '1:1: expected a mapping of keys to values'],
    ['an unknown tag', 'mode: !observe x\n', '1:7: Unresolved tag: !observe'],
    ['an unknown key', 'checks:\n  pleg-helth: {}\n', '2:3: unknown key "pleg-helth" in checks; did you mean pleg-health?'],
    [
      'an unknown setting',
      'checks: { pleg-health: { intervall: 5s } }',
      '1:26: unknown key "intervall" in checks.pleg-health; did you mean interval?',
    ],
    ['a wrong word', 'mode: observ', '1:7: mode: "observ"; expected one of remedy, observe; did you mean observe?'],
    ['a wrong kind', 'kind: Pod', '1:7: kind: "Pod"; expected AgentConfig'],
    ['a list for a mapping', 'cluster: [1]', '1:10: cluster: a list; expected a mapping'],
    [
      'a duration without a unit',
      'checks: { pleg-health: { interval: 5 } }',
      '1:36: checks.pleg-health.interval: 5; expected a duration of at least 1s such as "90s" or "1h30m"',
    ],
    [
      'a negative duration',
      'checks: { pleg-health: { suspectedAfter: "-5s" } }',
      '1:42: checks.pleg-health.suspectedAfter: "-5s"; expected a duration such as "90s" or "1h30m"',
    ],
    [
      'a percentage above 100',
      'checks: { pleg-health: { margin: 101% } }',
      '1:34: checks.pleg-health.margin: "101%"; expected a percentage such as "10%", or a number from 0 to 1',
    ],
    [
      'half a thing',
      'checks: { pleg-health: { most: 1.5 } }',
      '1:32: checks.pleg-health.most: 1.5; expected a whole number from 0',
    ],
    ['YAML 1.1', 'cluster: { enabled: yes }', '1:21: cluster.enabled: "yes"; expected true or false'],
    [
      'a missing key',
      'guards: { windows: [ { duration: 3h } ] }',
      '1:22: guards.windows.0.cron is missing; expected five fields as in crontab(5)',
    ],
    [
      'a slip in a ladder',
      'ladders: { PLEGUnhealty: [restart-kubelet] }',
      '1:12: ladders: key "PLEGUnhealty"; expected PLEGUnhealthy',
    ],
    [
      'an unknown remedy',
      'ladders: { PLEGUnhealthy: [restart-kubelt] }',
      '1:28: ladders.PLEGUnhealthy.0: "restart-kubelt"; expected restart-kubelet; did you mean restart-kubelet?',
    ],
    ['a prototype', '__proto__: { mode: observe }', '1:1: unknown key "__proto__"'],
    ['an escape', 'mode: "\\e[2J"', '1:7: mode: "\\u001b[2J"; expected one of remedy, observe'],
  ])('says where %s stands and what was expected', async (_name, text, expected) => {
    const [first = ''] = await problemsOf(text);

    expect(first.startsWith(`${MAIN}:${expected}`) ? expected : first).toBe(expected);
  });

  it.each([
    ['a directory', { kind: 'not-a-file', is: 'directory' }, 'is a directory; expected a regular file'],
    ['a FIFO', { kind: 'not-a-file', is: 'fifo' }, 'is a fifo; expected a regular file'],
    ['an unreadable file', { kind: 'denied' }, 'permission denied'],
    ['a dead file system', { kind: 'timed-out', after: 2000 }, 'its file system does not answer'],
    ['an I/O error', { kind: 'failed', code: 'EIO' }, 'cannot be read: EIO'],
  ] as const)('refuses %s', async (_name, answer, message) => {
    expect(await problemsOf(answer)).toEqual([`${MAIN}: ${message}`]);
    await expect(requireConfig(host({ [MAIN]: answer }), schema)).rejects.toMatchObject({ code: 'CONFIG_UNREADABLE' });
  });

  it('refuses a file that is cut at its limit', async () => {
    const view: HostView = { ...host({}), readFile: async () => ({ kind: 'text', text: 'mode: observe', truncated: true }) };

    await expect(requireConfig(view, schema)).rejects.toMatchObject({ code: 'CONFIG_UNREADABLE' });
  });

  it('refuses a named file that is missing', async () => {
    await expect(requireConfig(host({}), schema, '/x.yaml')).rejects.toMatchObject({
      code: 'CONFIG_UNREADABLE',
      message: '/x.yaml: there is no such file',
    });
  });

  it.each([
    ['brackets without end', '['.repeat(100_000)],
    ['a bomb of aliases', 'a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c]\n'],
  ])('survives %s', async (_name, text) => {
    expect(await problemsOf(text)).toHaveLength(1);
  });

  it.each([
    ['mode: observe\nchecks: *x\n', '2:9: *x refers to nothing; expected &x before it'],
    [
      'a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c]\ne: [*d,*d,*d,*d]\n',
      '1:1: its aliases multiply without end; write the values out',
    ],
  ])('says in a person’s words what is wrong with aliases: %j', async (text, problem) => {
    expect(await problemsOf(text)).toEqual([`${MAIN}:${problem}`]);
  });

  it('tells every problem of every file at once, in the order of the files', async () => {
    const files = {
      [MAIN]: 'mode: x\nkind: y\n',
      '/etc/nodemend/conf.d/1.yaml': 'a:\n\tb: 1\n',
      '/etc/nodemend/conf.d/2.yaml': 'foo: 1',
    };
    const result = await loadConfig(host(files), schema);

    const places = result.kind === 'valid' ? [] : result.problems.map(({ file, line }) => `${file.slice(14)}:${line}`);
    expect(places).toEqual(['conf.d/1.yaml:2', 'conf.d/2.yaml:1', 'config.yaml:1', 'config.yaml:2']);
    await expect(requireConfig(host(files), schema)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});

describe('a configuration that others than root may write', () => {
  const status = (path: string, change: { readonly uid?: number; readonly mode?: number }) =>
    fakeNode({
      files: { [MAIN]: 'mode: observe\n', '/etc/nodemend/conf.d/10.yaml': '{}' },
      directories: { '/etc/nodemend/conf.d': ['10.yaml'] },
      status: { [path]: change },
    });

  it.each([
    [MAIN, { mode: 0o666 }],
    [MAIN, { mode: 0o664 }],
    [MAIN, { uid: 1000 }],
    ['/etc/nodemend', { mode: 0o777 }],
    ['/etc/nodemend/conf.d', { uid: 1000 }],
    ['/etc/nodemend/conf.d/10.yaml', { mode: 0o646 }],
  ])('is refused: %s %j', async (path, change) => {
    const result = await loadConfig(status(path, change), schema);

    expect(result).toMatchObject({ kind: 'invalid' });
    if (result.kind === 'invalid')
      expect(result.problems.map(formatProblem)[0]).toBe(
        `${path}: others than root may write it; chown root:root ${path} && chmod go-w ${path}`,
      );
  });

  it('is taken where a person names it', async () => {
    expect((await loadConfig(status(MAIN, { uid: 1000 }), schema, MAIN)).kind).toBe('valid');
  });

  it('is taken when everybody may read it, and root alone write it', async () => {
    expect((await loadConfig(status(MAIN, { mode: 0o644 }), schema)).kind).toBe('valid');
  });
});
