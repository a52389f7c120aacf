import { describe, expect, it } from 'vitest';
import { readNode } from '../../lib/fleet/read-node.ts';
import { minutes } from '../../lib/model/units.ts';
import { NOW, type NodeIs, nodeObject } from '../fakes/fleet-nodes.ts';
import { problemState } from '../fakes/tidings.ts';

const read = (is: NodeIs) => readNode(nodeObject(is), { now: NOW, problemTypes: new Set(['KernelDeadlock']) });
const sick = { health: 'Critical', problems: [problemState({ exhausted: true })] } as const;

describe('readNode', () => {
  it('reads what the agent wrote', () => {
    const remedy = {
      remedy: 'restart-runtime',
      problem: 'X/Y',
      at: '2026-01-01T11:00:00Z',
      outcome: 'failed',
      message: '',
    } as const;
    const paused = { reason: 'moving racks' };

    expect(read({ says: { ...sick, lastRemedy: remedy, paused }, zone: 'a' })).toMatchObject({
      name: 'node-a',
      zone: 'a',
      health: 'Critical',
      reporting: 'reporting',
      age: minutes(1),
      summary: 'ContainerRuntimeUnhealthy/DockerHung (docker.service): docker has not answered for 9 s; given up; paused',
      ready: 'True',
      cordoned: false,
      report: {
        version: '0.0.0',
        mode: 'remedy',
        paused: 'moving racks',
        problems: [{ type: 'ContainerRuntimeUnhealthy', reason: 'DockerHung', subject: 'docker.service', exhausted: true }],
        lastRemedy: { remedy: 'restart-runtime', outcome: 'failed' },
      },
    });
  });

  it.each([
    ['fresh', minutes(10), 'reporting', 'Critical'],
    ['older than two reports may be apart', minutes(10) + 1, 'stale', 'Unknown'],
    ['of the future', -minutes(60), 'reporting', 'Critical'],
  ] as const)('a report that is %s', (_name, ago, reporting, health) => {
    expect(read({ says: sick, ago })).toMatchObject({ reporting, health, age: ago, report: { health: 'Critical' } });
  });

  it('says that there is no agent', () => {
    const node = read({ ready: 'False', cordoned: true, conditions: ['DiskPressure', 'KernelDeadlock', 'EtcdIsVoter'] });

    expect(node).toMatchObject({ reporting: 'absent', health: 'Unknown', ready: 'False', cordoned: true });
    expect(node.conditions).toEqual(['DiskPressure', 'KernelDeadlock']);
    expect(node).not.toHaveProperty('age');
  });

  it('knows the zone by its old label, and a Node without anything', () => {
    const old = { metadata: { name: 'n', labels: { 'failure-domain.beta.kubernetes.io/zone': 'b' } } };
    const options = { now: NOW, problemTypes: new Set<string>() };

    expect(readNode(old, options)).toMatchObject({ zone: 'b', ready: 'Unknown', reporting: 'absent' });
    expect(readNode({ metadata: { name: 'n' } }, options)).toMatchObject({ zone: '', health: 'Unknown' });
  });

  it.each([
    ['no JSON', '{"time":'],
    ['a list', '[]'],
    ['null', 'null'],
    ['without a time', '{"health":"Healthy"}'],
    ['with a time that is none', '{"health":"Healthy","time":{}}'],
    ['with a health that is none', '{"health":"Splendid","time":"2026-01-01T11:59:00Z"}'],
    ['with a health out of the prototype', '{"health":"constructor","time":"2026-01-01T11:59:00Z"}'],
    ['endless', `{"health":"Healthy","time":"2026-01-01T11:59:00Z","x":"${'x'.repeat(20_000)}"}`],
    ['binary', '\u0000\ufffd\u001b]0;x'],
    ['empty', ''],
  ])('does not believe a report that is %s', (_name, report) => {
    expect(read({ annotations: { 'nodemend.io/report': report, 'nodemend.io/health': 'Healthy' } })).toMatchObject({
      reporting: 'unreadable',
      health: 'Unknown',
    });
  });

  it('lets no text of a Node drive a terminal, and no type surprise it', () => {
    const evil = '\u001b[2J\u001b]0;owned\u0007\r\n\u202eevil\u2028';
    const report = {
      time: '2026-01-01T11:59:00Z',
      health: 'Degraded',
      version: evil,
      mode: { toString: evil },
      paused: { reason: evil },
      problems: [
        { type: evil, reason: 7, subject: evil, message: evil, blockedBy: [evil, 5, null], next: evil },
        null,
        'x',
        [[]],
      ],
      more: -1e9,
      signals: { [evil]: { ratio: 0.1, secondsLeft: 'soon' }, x: null, y: { ratio: 'NaN' } },
      lastRemedy: { remedy: evil, at: evil, problem: evil, outcome: evil },
    };
    const node = read({
      annotations: {
        'nodemend.io/report': JSON.stringify(report),
        'nodemend.io/summary': evil.repeat(500),
        'nodemend.io/cordoned-by': evil,
      },
    });
    const text = JSON.stringify(node);

    // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what it looks for
    expect(Object.values(JSON.parse(text) as object).join()).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/);
    expect(text).not.toMatch(/\\u001b|\\u0007|\u202e/);
    expect(node).toMatchObject({ health: 'Degraded', report: { more: 0, mode: '', signals: [{ ratio: 0.1 }] } });
    expect(node.report?.problems).toHaveLength(4);
    expect(node.summary.length).toBeLessThan(4 * 300);
  });
});
