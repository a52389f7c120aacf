import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseMonitorFile } from '../../../lib/monitors/config/monitor-file.ts';

const shipped = join(import.meta.dirname, '../../fixtures/npd/config');

const parse = (value: unknown) => parseMonitorFile('m.json', typeof value === 'string' ? value : JSON.stringify(value));

function monitorOf(value: unknown) {
  const result = parse(value);
  return result.kind === 'valid' ? result.monitor : expect.fail(JSON.stringify(result));
}

const warningsOf = (value: unknown) => {
  const result = parse(value);
  return result.kind === 'valid'
    ? result.warnings.map(({ key, message }) => `${key} ${message}`)
    : expect.fail(JSON.stringify(result));
};

const problemsOf = (value: unknown) => {
  const result = parse(value);
  const said = result.kind === 'invalid' ? result.problems : expect.fail(JSON.stringify(result));
  return said.map(({ line, column, key, message }) => `${line}:${column} ${key} ${message}`);
};

const kmsg = { plugin: 'kmsg', source: 's', rules: [] as unknown[] };
const custom = { plugin: 'custom', rules: [] as unknown[] };

describe('the files that node-problem-detector ships', () => {
  it.each(readdirSync(shipped))('%s is read', (name) => {
    expect(parseMonitorFile(name, readFileSync(join(shipped, name), 'utf8'))).toHaveProperty('kind', 'valid');
  });

  it.each([
    ['disk-log-message-filelog.json', 'rules[0]'],
    ['kernel-monitor-filelog.json', 'rules[4]'],
  ])('%s has a rule that never matches, and it is told', (name, key) => {
    const result = parseMonitorFile(name, readFileSync(join(shipped, name), 'utf8'));

    expect(result.kind === 'valid' && result.warnings.map((warning) => [warning.key, warning.message.slice(0, 22)])).toEqual([
      [key, 'probably never matches'],
    ]);
  });
});

describe('a log monitor', () => {
  it('has node-problem-detector’s defaults', () => {
    expect(monitorOf({ plugin: 'kmsg' })).toEqual({
      kind: 'log',
      file: 'm.json',
      source: '',
      log: { plugin: 'kmsg' },
      start: { lookback: 0, delay: 0 },
      bufferSize: 10,
      conditions: [],
      rules: [],
      metricsReporting: true,
    });
  });

  it('is read whatever the case of its keys, the last of several, null as absent', () => {
    const text = '{"PLUGIN":"journald","plugin":"kmsg","Lookback":"5m","delay":null,"BUFFERSIZE":3,"metricsReporting":false}';

    expect(monitorOf(text)).toMatchObject({
      log: { plugin: 'kmsg' },
      start: { lookback: 300_000 },
      bufferSize: 3,
      metricsReporting: false,
    });
  });

  it('has temporary and permanent rules, and ours beside', () => {
    const monitor = monitorOf({
      ...kmsg,
      conditions: [{ type: 'A', reason: 'AOk', message: 'a is fine', status: 'x' }],
      rules: [
        { type: 'temporary', reason: 'T', pattern: 'tmp', patternGeneratedMessageSuffix: 'see x' },
        { type: 'permanent', condition: 'A', reason: 'P', pattern: 'bad', revertPattern: 'good', quietPeriod: '1h' },
      ],
    });

    expect(monitor).toMatchObject({
      conditions: [{ type: 'A', reason: 'AOk', message: 'a is fine' }],
      rules: [
        { reason: 'T', suffix: 'see x', line: { pattern: 'tmp', lastLineOnly: true, loose: false } },
        { condition: 'A', reason: 'P', revert: { pattern: 'good' }, quietPeriod: 3_600_000 },
      ],
    });
  });

  it.each([
    [
      'a type that is none',
      { type: 'bogus', reason: 'R', condition: 'A', pattern: 'x' },
      'rules[0].type has a type that is neither',
    ],
    [
      'a condition that is not declared',
      { type: 'permanent', reason: 'R', condition: 'B', pattern: 'x' },
      'rules[0].condition reports nothing',
    ],
    [
      'a condition of a temporary rule',
      { type: 'temporary', reason: 'R', condition: 'A', pattern: 'x' },
      'rules[0].condition is ignored',
    ],
    ['no reason', { type: 'temporary', pattern: 'x' }, 'rules[0] has no reason'],
    ['a branch that floats', { type: 'temporary', reason: 'R', pattern: 'a|b' }, 'rules[0].pattern only its last branch'],
    ['a caret', { type: 'temporary', reason: 'R', pattern: '^foo' }, 'rules[0].pattern never matches: ^'],
    ['a quotation without end', { type: 'temporary', reason: 'R', pattern: '\\Qfoo' }, 'rules[0].pattern never matches: \\Q'],
    ['no fixed text', { type: 'temporary', reason: 'R', pattern: '\\d+' }, 'rules[0].pattern has no fixed text'],
    [
      'a slip of the pen',
      { type: 'temporary', reason: 'R', patern: 'x', pattern: 'x' },
      'rules[0].patern is not known and ignored; did you mean pattern?',
    ],
  ])('warns of %s', (_, rule, warning) => {
    const warnings = warningsOf({ ...kmsg, conditions: [{ type: 'A', reason: 'AOk', message: '' }], rules: [rule] });

    expect(warnings).toEqual([expect.stringContaining(warning)]);
  });

  it('does not warn of a caret when the buffer is one line, nor of a pattern over two lines when it is more', () => {
    expect(warningsOf({ ...kmsg, bufferSize: 1, rules: [{ type: 'temporary', reason: 'R', pattern: '^foo' }] })).toEqual([]);
    expect(warningsOf({ ...kmsg, rules: [{ type: 'temporary', reason: 'R', pattern: 'a\nb' }] })).toEqual([]);
    expect(warningsOf({ ...kmsg, bufferSize: 1, rules: [{ type: 'temporary', reason: 'R', pattern: '[ab]\\n.' }] })).toEqual([
      expect.stringContaining('it needs two lines'),
    ]);
  });

  it('warns of a file log that reads nothing', () => {
    expect(warningsOf({ plugin: 'filelog', logPath: '/x', pluginConfig: { message: '.*', timestamp: '.' } })).toEqual([
      'plugin filelog without pluginConfig.timestampFormat reads no line',
    ]);
  });

  it.each([
    ['an unknown plugin', '{"plugin": "syslog"}', '1:12 plugin is "syslog"; expected kmsg, journald or filelog'],
    ['journald without source', '{"plugin": "journald"}', '1:12 plugin journald needs pluginConfig.source'],
    ['filelog without path', '{"plugin": "filelog"}', '1:12 plugin filelog needs logPath'],
    ['a number in pluginConfig', '{"plugin":"kmsg",\n "pluginConfig":{"a":1}}', '2:22 pluginConfig.a is 1; expected a text'],
    [
      'a lookback without unit',
      '{"plugin":"kmsg","lookback":"5"}',
      '1:29 lookback failed to parse lookback duration "5": time: missing unit',
    ],
    ['a fraction of a line', '{"plugin":"kmsg","bufferSize":10.0}', '1:31 bufferSize is 10.0; expected a whole number'],
    ['a negative buffer', '{"plugin":"kmsg","bufferSize":-1}', '1:31 bufferSize is -1; expected a number of lines'],
    ['rules that are no list', '{"plugin":"kmsg","rules":{}}', '1:26 rules is an object; expected a list'],
    ['a rule that is no object', '{"plugin":"kmsg","rules":["x"]}', '1:27 rules[0] is "x"; expected an object'],
    [
      'a pattern that Go refuses',
      '{"plugin":"kmsg","rules":[\n  {"type":"temporary","reason":"R","pattern":"ab(?=c)"}]}',
      '2:46 rules[0].pattern error parsing regexp: invalid or unsupported Perl syntax: `(?=`, at character 3 of the pattern',
    ],
    [
      'a quiet period that is none',
      '{"plugin":"kmsg","rules":[{"type":"temporary","reason":"R","pattern":"a","quietPeriod":"1s"}]}',
      '1:88 rules[0].quietPeriod is "1s"',
    ],
    [
      'a timestamp that Go refuses',
      '{"plugin":"filelog","logPath":"/x","pluginConfig":{"timestamp":"[","message":".","timestampFormat":"x"}}',
      '1:64 pluginConfig.timestamp error',
    ],
    [
      'a condition without type',
      '{"plugin":"kmsg","conditions":[{"reason":"a"}]}',
      '1:32 conditions[0] is an object; expected a condition with a type',
    ],
  ])('refuses %s', (_, text, problem) => {
    expect(problemsOf(text)).toEqual([expect.stringContaining(problem)]);
  });
});

describe('a plugin monitor', () => {
  it('has node-problem-detector’s defaults', () => {
    const monitor = monitorOf({ plugin: 'custom', conditions: [], rules: [{ type: 'temporary', reason: 'R', path: './x.sh' }] });

    expect(monitor).toEqual({
      kind: 'plugin',
      file: 'm.json',
      source: '',
      conditions: [],
      rules: [{ reason: 'R', path: './x.sh', args: [], timeout: 5000, interval: 30_000 }],
      mostOutput: 80,
      concurrency: 3,
      messageChangeCounts: false,
      skipInitialStatus: false,
      metricsReporting: true,
    });
  });

  it.each([
    ['no path', { rules: [{ type: 'temporary', reason: 'R' }] }, 'rules[0] is an object; expected a rule with the path'],
    [
      'a condition that is not declared',
      { rules: [{ type: 'permanent', condition: 'A', reason: 'R', path: 'x' }] },
      'rules[0] its condition "A" is not declared',
    ],
    [
      'a longer timeout than all',
      { rules: [{ type: 'temporary', reason: 'R', path: 'x', timeout: '6s' }] },
      'rules[0].timeout is "6s"; expected no more',
    ],
    [
      'no interval',
      { pluginConfig: { invoke_interval: '0s' } },
      'pluginConfig.invoke_interval is "0s"; expected a duration of more',
    ],
    [
      'a negative interval of a rule',
      { rules: [{ type: 'temporary', reason: 'R', path: 'x', invoke_interval: '-1s' }] },
      'rules[0].invoke_interval',
    ],
    ['no concurrency', { pluginConfig: { concurrency: 0 } }, 'pluginConfig.concurrency is 0; expected a whole number from 1'],
    ['negative output', { pluginConfig: { max_output_length: -1 } }, 'pluginConfig.max_output_length is -1'],
    [
      'a bad call of log-counter',
      { rules: [{ type: 'temporary', reason: 'R', path: '/x/log-counter', args: ['--pattern=a('] }] },
      'log-counter needs --journald-source',
    ],
    [
      'an unknown option',
      { rules: [{ type: 'temporary', reason: 'R', path: 'health-checker', args: ['--x=1'] }] },
      'health-checker has no option "--x=1"',
    ],
  ])('refuses %s', (_, part, problem) => {
    expect(problemsOf({ ...custom, ...part })).toEqual([expect.stringContaining(problem)]);
  });

  it('knows node-problem-detector’s own programs wherever they are', () => {
    const rule = (path: string, args: readonly string[]) => ({ type: 'temporary', reason: 'R', path, args });
    const monitor = monitorOf({
      ...custom,
      rules: [
        rule('/home/kubernetes/bin/log-counter', [
          '--journald-source',
          'kernel',
          '--lookback=20m',
          '--delay=5m',
          '--count=3',
          '--pattern=a=b',
          '--revert-pattern=c',
        ]),
        rule('C:\\bin\\health-checker.exe', [
          '--component=cri',
          '--enable-repair',
          '--cooldown-time=2m',
          '--log-pattern=5:a:b,6:c',
        ]),
        rule('health-checker', ['--enable-repair=false', '--loopback-time=0']),
        rule('/opt/my-health-checker-x', ['--x']),
      ],
    });

    expect(monitor.kind === 'plugin' && monitor.rules.map(({ builtin }) => builtin)).toMatchObject([
      {
        program: 'log-counter',
        identifier: 'kernel',
        start: { lookback: 1_200_000, delay: 300_000 },
        count: 3,
        pattern: { pattern: 'a=b' },
        revert: { pattern: 'c' },
      },
      {
        program: 'health-checker',
        component: 'cri',
        service: 'containerd',
        repair: true,
        cooldown: 120_000,
        criTimeout: 2000,
        logPatterns: [
          { count: 5, pattern: 'a:b' },
          { count: 6, pattern: 'c' },
        ],
      },
      { program: 'health-checker', component: 'kubelet', service: 'kubelet', repair: false, loopback: 0 },
      undefined,
    ]);
  });
});

describe('a stats monitor', () => {
  it('names its metrics', () => {
    const monitor = monitorOf({
      invokeInterval: '2m',
      CPU: { metricsConfigs: { 'cpu/load_1m': { displayName: 'load' }, 'cpu/load_5m': { displayName: '' } } },
      net: { excludeInterfaceRegexp: '^veth', metricsConfigs: {} },
    });

    expect(monitor).toEqual({
      kind: 'stats',
      file: 'm.json',
      interval: 120_000,
      metrics: new Map([['cpu/load_1m', 'load']]),
      exclude: expect.objectContaining({}),
      disks: { root: false, attached: false },
    });
  });
});

describe('what is no monitor', () => {
  it.each([
    ['a list', '["a"]'],
    ['an exporter', '{"exportPeriod":"60s"}'],
  ])('%s is told apart', (_, text) => {
    expect(parse(text)).toEqual({ kind: 'other', file: 'm.json' });
  });

  it.each([
    ['nothing', '', '1:1  is not JSON: the end of the file where a value was expected'],
    ['a byte order mark', '\ufeff{}', '1:1  is not JSON: "\ufeff" where a value'],
    ['a comment', '{\n // x\n}', '2:2  is not JSON: "/" where a key'],
    ['a trailing comma', '{"a":1,}', '1:8  is not JSON: "}" where a key'],
    ['a cut file', '{"a":"b', '1:6  is not JSON: a text without its closing quote'],
    ['two documents', '{} {}', '1:4  is not JSON: "{" where the end'],
    ['an unknown escape', '{"a":"\\q"}', '1:6  is not JSON: a text with an unknown escape'],
    ['a raw newline in a text', '{"a":"b\nc"}', '1:8  is not JSON: "\\n" where an escape'],
    ['bytes', '\u0000\u0001', '1:1  is not JSON: "\\u0000"'],
    ['deep nesting', '['.repeat(100_000), '1:66  is nested more than 64 deep'],
    ['a number with a leading zero', '{"a":01}', '1:7  is not JSON: "1"'],
    ['a member of every object', '{"a":constructor}', '1:6  is not JSON: "c"'],
  ])('%s is refused with its place', (_, text, problem) => {
    expect(problemsOf(text)).toEqual([expect.stringContaining(problem)]);
  });
});
