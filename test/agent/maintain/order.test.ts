import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseArguments } from '../../../agent/arguments.ts';
import { maintain } from '../../../agent/commands/maintain.ts';
import { afterBootUnit } from '../../../agent/maintain/after-boot.ts';
import { readAsked, readOperands, retyped, toOrder } from '../../../agent/maintain/order.ts';
import { endLines, statusJson, statusLines } from '../../../agent/maintain/words.ts';
import type { Stage } from '../../../lib/maintain/record.ts';
import { parseOwner } from '../../../lib/model/cordon.ts';
import { order } from '../../fakes/maintained-node.ts';

const directory = mkdtempSync(join(tmpdir(), 'nodemend-order-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function read(...words: string[]) {
  const context = parseArguments([maintain], ['maintain', ...words]);
  const asked = readAsked(context.options);
  return { asked, ...readOperands(context, asked), options: context.options };
}

describe('the words', () => {
  it.each<[string[], object]>([
    [[], { asked: 'start', node: undefined, command: [] }],
    [['Web-1'], { node: 'web-1', command: [] }],
    [['--', 'true'], { node: undefined, command: ['true'] }],
    [['web-1', '--reboot', '--', 'apt-get', '-y', '--', 'x'], { node: 'web-1', command: ['apt-get', '-y', '--', 'x'] }],
    [['--resume', '--rerun'], { asked: 'resume' }],
    [['web-1', '--abort'], { asked: 'abort', node: 'web-1' }],
    [['--status', '--json'], { asked: 'status' }],
  ])('%j', (words, expected) => expect(read(...words)).toMatchObject(expected));

  it.each<[string[], RegExp]>([
    [['web-1', 'reboot'], /COMMAND stands behind --/],
    [['--'], /no COMMAND behind --/],
    [['--resume', '--', 'true'], /takes no COMMAND/],
    [['--resume', '--abort'], /together/],
    [['--rerun'], /goes with --resume/],
    [['--resume', '--rerun', '--skip-command'], /together/],
  ])('%j are refused', (words, message) => expect(() => read(...words)).toThrow(message));
});

describe('the order', () => {
  const make = (...words: string[]) => {
    const typed = read('--kubeconfig', 'kube/config', ...words);
    return toOrder(typed.options, typed, { node: 'web-1', here: true });
  };

  it('keeps what has to be known after a boot, and nothing relative', () => {
    const made = make('--grace-period', '30', '--config', 'x.yaml', '--reboot', '--validate-for', '0', '--', 'true');

    expect(made).toMatchObject({ node: 'web-1', reboot: true, command: ['true'], validation: { stable: 0, within: 600_000 } });
    expect(made.kubeconfigs).toEqual([join(process.cwd(), 'kube/config')]);
    expect(made.options).toEqual({ 'grace-period': '30', config: join(process.cwd(), 'x.yaml') });
    expect(parseOwner(made.owner)).toMatchObject({ kind: 'person' });
  });

  it.each([
    ['--validate-for', 'soon'],
    ['--validate-within=-1s'],
    ['--grace-period', 'x'],
    ['--timeout', 'x'],
  ])('refuses %s', (...words) => {
    expect(() => make(...words)).toThrow();
  });
});

describe('what is typed with --resume', () => {
  const open = (stage: Stage = 'drain') => {
    const typed = read('--kubeconfig', 'kube/config', '--grace-period', '30', '--validate-within', '5m');
    return { order: toOrder(typed.options, typed, { node: 'web-1', here: false }), stage, boot: 'b' };
  };
  const again = (words: readonly string[], stage?: Stage) => retyped(open(stage), read('--resume', ...words).options);

  it('holds from here on, beside what was typed first', () => {
    const { order: now } = again(['--force', '--validate-for', '3s', '--reboot', '--kubeconfig', 'other']);

    expect(now.options).toEqual({ 'grace-period': '30', force: true });
    expect(now).toMatchObject({
      validation: { stable: 3000, within: 300_000 },
      reboot: true,
      kubeconfigs: [join(process.cwd(), 'other')],
    });
    expect(again([]).order).toEqual({ ...open().order, id: expect.anything(), at: expect.anything(), owner: expect.anything() });
  });

  it.each<[string[], Stage, RegExp]>([
    [['--timeout', 'x'], 'drain', /timeout/],
    [['--validate-for', 'soon'], 'validate', /validate-for/],
    [['--reboot'], 'validate', /too late/],
  ])('%j in the stage %s is refused', (words, stage, message) => expect(() => again(words, stage)).toThrow(message));
});

describe('the unit that goes on', () => {
  it('is one that systemd reads as it is meant', () => {
    const argv = ['/bin/echo', 'a b', '100%', '$HOME', '"q"', 'back\\slash'];
    const text = afterBootUnit({
      argv,
      journal: '/var/lib/x%y/maintain.journal',
      environment: { HOME: '/root/$a "b"', PATH: undefined },
    });
    const path = join(directory, 'nodemend-maintain.service');
    writeFileSync(path, text);

    expect(text).toContain('ConditionPathExists=/var/lib/x%%y/maintain.journal\n');
    expect(text).toContain('ExecStart="/bin/echo" "a b" "100%%" "$$HOME" "\\"q\\"" "back\\\\slash"\n');
    expect(text).toContain('Environment="HOME=/root/$a \\"b\\""\n');
    const { error, status, stderr } = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' });
    // Where there is no systemd, its grammar is only as we know it.
    if (error === undefined) expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

describe('what a person reads', () => {
  const record = { order: order({ command: ['yum', '\u001b[2J'] }), stage: 'reboot', boot: 'b', cordon: 'ours' } as const;

  it('says how to go on and how to go back', () => {
    const text = endLines({ kind: 'stopped', stage: 'reboot', why: '/etc/nodemend/no-reboot exists' }, record);

    expect(text).toContain('stopped in the stage reboot: /etc/nodemend/no-reboot exists');
    expect(text).toContain('nodemend maintain --resume');
    expect(text).toContain('nodemend maintain --abort');
    const remote = { ...record, order: { ...record.order, here: false } };
    expect(endLines({ kind: 'interrupted', stage: 'drain', why: '' }, remote)).toContain('nodemend maintain web-1 --resume');
    expect(endLines({ kind: 'waiting', stage: 'command', why: '' }, remote)).toContain('waits for your work and its reboot');
    expect(endLines({ kind: 'waiting', stage: 'command', why: '' }, record)).not.toContain('its reboot');
  });

  it('is safe on a terminal', () => {
    expect(statusLines(record, false)).not.toContain('\u001b');
  });

  it('is a document for programs', () => {
    expect(statusJson(undefined, false)).toEqual({ apiVersion: 'nodemend.io/v1', kind: 'MaintainStatus', open: false });
    expect(statusJson({ ...record, stopped: { why: 'w', at: 0, waiting: true } }, false)).toMatchObject({
      ...{ open: true, stage: 'reboot', stages: ['drain', 'command', 'reboot', 'validate', 'uncordon'], running: false },
      stopped: { why: 'w', at: '1970-01-01T00:00:00.000Z', waiting: true },
    });
  });
});
