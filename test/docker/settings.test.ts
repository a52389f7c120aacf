import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonTrouble } from '../../lib/docker/json-trouble.ts';
import { planSettings, type RunningDocker, refuseWanted } from '../../lib/docker/settings.ts';
import type { WantedSettings } from '../../lib/docker/settings-edit.ts';

const docker = (text: string | undefined, more: Partial<RunningDocker> = {}): RunningDocker => ({
  version: '20.10.24',
  argv: ['/usr/bin/dockerd', '-H', 'fd://'],
  liveRestore: false,
  swarm: false,
  path: '/etc/docker/daemon.json',
  text,
  hasUntriedEdits: false,
  ...more,
});

const LIVE: WantedSettings = { liveRestore: true };
const LOGS: WantedSettings = { liveRestore: false, logMaxSize: '50m', logMaxFile: 3 };
const BOTH: WantedSettings = { ...LOGS, liveRestore: true };

describe('planSettings', () => {
  it.each<[string, string | undefined, WantedSettings, string | undefined]>([
    ['no file', undefined, LIVE, '{\n  "live-restore": true\n}\n'],
    ['an empty file', '\n', LIVE, '{\n  "live-restore": true\n}\n'],
    ['nothing to do', '{"live-restore": true}', LIVE, undefined],
    ['off so far', '{ "a": 1,\n\t"live-restore" : false }\n', LIVE, '{ "a": 1,\n\t"live-restore" : true }\n'],
    [
      'both, in a file that somebody has indented',
      '{\n    "data-root": "/data"\n}\n',
      BOTH,
      '{\n    "log-opts": {\n        "max-size": "50m",\n        "max-file": "3"\n    },\n    "live-restore": true,\n    "data-root": "/data"\n}\n',
    ],
    [
      'log options beside others',
      '{"log-opts": {"labels": "app", "max-size": "1g"}, "x": [1]}',
      LOGS,
      '{"log-opts": {"max-file": "3", "labels": "app", "max-size": "50m"}, "x": [1]}',
    ],
    ['log options that are there', '{"log-opts":{"max-file":"3","max-size":"50m"}}', LOGS, undefined],
  ])('%s', (_, text, wanted, after) => {
    expect(planSettings(docker(text), wanted)).toEqual({ after, refusals: [] });
  });

  it.each<[string, RunningDocker, WantedSettings, string, string]>([
    ['what is no JSON', docker('{\n  "a": 1\n  "b": 2\n}'), LIVE, 'not-json', 'daemon.json:3:3'],
    ['what is no object', docker('[1]'), LIVE, 'not-json', 'daemon.json:1:1'],
    [
      'live-restore off on the command line',
      docker('{}', { argv: ['dockerd', '--live-restore=false'] }),
      LIVE,
      'command-line',
      '=',
    ],
    [
      'log options on the command line',
      docker('{}', { argv: ['dockerd', '--log-opt', 'a=b'] }),
      LOGS,
      'command-line',
      '--log-opt',
    ],
    ['swarm mode', docker('{}', { swarm: true }), LIVE, 'swarm', 'swarm'],
    ['a driver without rotation in the file', docker('{"log-driver": "journald"}'), LOGS, 'log-driver', 'journald'],
    ['one on the command line', docker('{}', { argv: ['dockerd', '--log-driver', 'syslog'] }), LOGS, 'log-driver', 'syslog'],
    ['edits of others', docker('{}', { hasUntriedEdits: true }), LIVE, 'untried-edits', '--accept'],
    ['a key that is there twice', docker('{"live-restore": false, "live-restore": false}'), LIVE, 'duplicate-key', 'twice'],
  ])('refuses %s', (_, running, wanted, reason, words) => {
    const { after, refusals } = planSettings(running, wanted);

    expect(after).toBeUndefined();
    expect(refusals).toMatchObject([{ reason, message: expect.stringContaining(words) }]);
  });

  it('leaves live-restore on the command line, where it is on already: dockerd would not start with both', () => {
    const running = docker('{}', { argv: ['dockerd', '--live-restore'], liveRestore: true });

    expect(planSettings(running, LIVE)).toEqual({ after: undefined, refusals: [] });
    expect(planSettings(running, BOTH).after).not.toContain('live-restore');
  });

  it('keeps every other member, whatever the file', () => {
    const key = fc
      .string()
      .filter((name) => name !== 'live-restore' && name !== 'log-opts' && name !== 'log-driver' && name !== '__proto__');
    const settings = fc.dictionary(key, fc.jsonValue({ maxDepth: 2 }), { noNullPrototype: true });
    fc.assert(
      fc.property(settings, fc.constantFrom(0, 2, '\t'), (given, indent) => {
        const { after } = planSettings(docker(JSON.stringify(given, undefined, indent)), BOTH);
        const { 'live-restore': live, 'log-opts': options, ...rest } = JSON.parse(after ?? '{}') as Record<string, unknown>;

        expect(live).toBe(true);
        expect(options).toEqual({ 'max-size': '50m', 'max-file': '3' });
        expect(rest).toEqual(JSON.parse(JSON.stringify(given)));
        expect(planSettings(docker(after), BOTH).after).toBeUndefined();
      }),
    );
  });
});

describe('jsonTrouble', () => {
  it.each<[string, number, number]>([
    ['{\n  "a": 1,\n}', 3, 1],
    ['{"a": 1', 1, 8],
    ['{"a": tru}', 1, 7],
    ["{'a': 1}", 1, 2],
    ['{}\n// a comment', 2, 1],
    ['\u0000', 1, 1],
    ['{"a": [1, 2}', 1, 12],
    ['{"a" 1}', 1, 6],
    ['{"a": "open}', 1, 7],
    ['{"a": 01}', 1, 8],
    ['"text"', 1, 1],
  ])('%j: line %i, column %i', (text, line, column) => {
    expect(jsonTrouble(text)).toMatchObject({ line, column });
  });

  it('agrees with JSON.parse on every object, whole or cut or with a character changed', () => {
    const change = fc.tuple(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.nat(),
      fc.constantFrom('', ',', '}', '"', '\\', '0', '\n'),
    );
    fc.assert(
      fc.property(change, ([value, at, character]) => {
        const text = JSON.stringify(value, undefined, 1);
        const hurt = `${text.slice(0, at % text.length)}${character}${text.slice((at % text.length) + 1)}`;
        for (const one of [text, hurt, text.slice(0, at % text.length)]) {
          expect([one, jsonTrouble(one) === undefined]).toEqual([one, one.trim() === '' || isObject(one)]);
        }
      }),
      { numRuns: 300 },
    );
  });
});

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

describe('refuseWanted', () => {
  it.each<[WantedSettings, boolean]>([
    [{ liveRestore: false }, false],
    [LIVE, true],
    [{ liveRestore: false, logMaxSize: '1g' }, true],
    [{ liveRestore: false, logMaxSize: '10' }, true],
    [{ liveRestore: false, logMaxSize: '0' }, false],
    [{ liveRestore: false, logMaxSize: '-1' }, false],
    [{ liveRestore: false, logMaxSize: '50 m' }, false],
    [{ liveRestore: false, logMaxFile: 3 }, false],
    [{ ...LOGS, logMaxFile: 0 }, false],
    [{ ...LOGS, logMaxFile: Number.NaN }, false],
  ])('%o is taken: %s', (wanted, taken) => {
    expect(refuseWanted(wanted) === undefined).toBe(taken);
  });
});
