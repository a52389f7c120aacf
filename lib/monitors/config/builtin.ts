import type { Duration } from '../../model/units.ts';
import { compileLineRule, type LineRule } from '../match/line-rule.ts';
import { parseGoDuration, toMilliseconds } from '../time/duration.ts';
import { parseStartPoint, type StartPoint } from '../time/start.ts';

export interface LogPattern {
  readonly count: number;
  readonly pattern: string;
}

/** node-problem-detector's own programs, as its files call them. */
export type Builtin =
  | {
      readonly program: 'log-counter';
      readonly identifier: string;
      readonly path: string;
      readonly start: StartPoint;
      readonly pattern: LineRule;
      readonly revert?: LineRule;
      readonly count: number;
    }
  | {
      readonly program: 'health-checker';
      readonly component: string;
      readonly service: string;
      readonly repair: boolean;
      readonly cooldown: Duration;
      readonly loopback: Duration;
      readonly timeout: Duration;
      readonly criTimeout: Duration;
      readonly criSocket: string;
      readonly logPatterns: readonly LogPattern[];
    };

const COMPONENTS = ['kubelet', 'docker', 'cri', 'kube-proxy'];

const FLAGS: Readonly<Record<Builtin['program'], readonly string[]>> = {
  'log-counter': ['journald-source', 'log-path', 'lookback', 'delay', 'pattern', 'revert-pattern', 'count'],
  'health-checker': [
    'component',
    'service',
    'systemd-service',
    'enable-repair',
    'crictl-path',
    'cri-socket-path',
    'cri-timeout',
    'cooldown-time',
    'loopback-time',
    'health-check-timeout',
    'log-pattern',
  ],
};

type Flags = ReadonlyMap<string, readonly string[]>;

/** `--name=value` or `--name value`; a truth may stand alone. */
function readFlags(program: Builtin['program'], args: readonly string[]): Flags {
  const flags = new Map<string, string[]>();
  const rest = [...args];
  for (let flag = rest.shift(); flag !== undefined; flag = rest.shift()) {
    const [, name = '', value] = /^--?([\w-]+)(?:=([\s\S]*))?$/.exec(flag) ?? [];
    if (!FLAGS[program].includes(name)) throw new RangeError(`${program} has no option ${JSON.stringify(flag)}`);
    const given = value ?? (name === 'enable-repair' ? 'true' : rest.shift());
    flags.set(name, [...(flags.get(name) ?? []), given ?? '']);
  }
  return flags;
}

const last = (flags: Flags, name: string, otherwise: string) => flags.get(name)?.at(-1) ?? otherwise;
const duration = (flags: Flags, name: string, otherwise: string) => toMilliseconds(parseGoDuration(last(flags, name, otherwise)));

function compile(pattern: string): LineRule {
  const rule = compileLineRule(pattern);
  if ('regexp' in rule) return rule;
  throw new RangeError(`${rule.message}, at character ${rule.column} of the pattern`);
}

function logCounter(flags: Flags): Builtin {
  const identifier = last(flags, 'journald-source', '');
  if (identifier === '') throw new RangeError('log-counter needs --journald-source');
  const revert = last(flags, 'revert-pattern', '');
  const count = Number(last(flags, 'count', '1'));
  if (!Number.isSafeInteger(count)) throw new RangeError('log-counter needs a whole number as --count');
  return {
    program: 'log-counter',
    identifier,
    path: last(flags, 'log-path', ''),
    start: parseStartPoint(last(flags, 'lookback', ''), last(flags, 'delay', '')),
    pattern: compile(last(flags, 'pattern', '')),
    ...(revert === '' ? {} : { revert: compile(revert) }),
    count,
  };
}

/** `5:pattern,10:pattern`; the first colon splits. */
function logPatterns(values: readonly string[]): readonly LogPattern[] {
  return values
    .flatMap((value) => value.split(','))
    .map((text) => {
      const [, count = '', pattern = ''] = /^(\d+):(.+)$/s.exec(text) ?? [];
      if (pattern === '' || Number(count) === 0)
        throw new RangeError(`health-checker needs --log-pattern NUMBER:PATTERN, not ${JSON.stringify(text)}`);
      return { count: Number(count), pattern };
    });
}

function healthChecker(flags: Flags): Builtin {
  const component = last(flags, 'component', 'kubelet');
  if (!COMPONENTS.includes(component))
    throw new RangeError(`health-checker needs one of ${COMPONENTS.join(', ')} as --component`);
  const service = last(flags, 'service', last(flags, 'systemd-service', ''));
  const own = component === 'cri' ? 'containerd' : component;
  return {
    program: 'health-checker',
    component,
    service: service === '' ? own : service,
    repair: !/^(0|f|false)$/i.test(last(flags, 'enable-repair', 'true')),
    cooldown: duration(flags, 'cooldown-time', '2m'),
    loopback: duration(flags, 'loopback-time', '0'),
    timeout: duration(flags, 'health-check-timeout', '10s'),
    criTimeout: duration(flags, 'cri-timeout', '2s'),
    criSocket: last(flags, 'cri-socket-path', 'unix:///var/run/containerd/containerd.sock'),
    logPatterns: logPatterns(flags.get('log-pattern') ?? []),
  };
}

/** The program a rule calls, if it is one of node-problem-detector's own; a text says what is wrong with the call. */
export function recogniseBuiltin(path: string, args: readonly string[]): Builtin | string | undefined {
  const [, program] = /(?:^|[/\\])(log-counter|health-checker)(?:\.exe)?$/.exec(path) ?? [];
  try {
    if (program === 'log-counter') return logCounter(readFlags(program, args));
    return program === 'health-checker' ? healthChecker(readFlags(program, args)) : undefined;
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}
