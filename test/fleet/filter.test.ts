import { describe, expect, it } from 'vitest';
import { meetsAll, parseFilter } from '../../lib/fleet/filter.ts';
import { readNode } from '../../lib/fleet/read-node.ts';
import { minutes } from '../../lib/model/units.ts';
import { NOW, nodeObject } from '../fakes/fleet-nodes.ts';
import { problemState } from '../fakes/tidings.ts';

const fleet = [
  nodeObject({ name: 'hung', zone: 'a', says: { health: 'Critical', problems: [problemState()] } }),
  nodeObject({ name: 'fine', zone: 'b', says: { paused: { reason: '' } }, cordoned: true }),
  nodeObject({ name: 'old', zone: 'b', says: {}, ago: minutes(60), ready: 'Unknown' }),
  nodeObject({ name: 'bare', conditions: ['DiskPressure'] }),
].map((node) => readNode(node, { now: NOW, problemTypes: new Set() }));

function matching(...texts: readonly string[]): readonly string[] {
  const filters = texts.map((text) => {
    const filter = parseFilter(text);
    return typeof filter === 'string' ? expect.fail(filter) : filter;
  });
  return fleet.filter((node) => meetsAll(node, filters)).map(({ name }) => name);
}

describe('--filter', () => {
  it.each([
    [['health=critical'], ['hung']],
    [['health=Critical,Healthy'], ['hung', 'fine']],
    [['health!=Healthy'], ['hung', 'old', 'bare']],
    [['problem=DockerHung'], ['hung']],
    [['problem=containerruntimeunhealthy'], ['hung']],
    [['problem=ContainerRuntimeUnhealthy/DockerHung'], ['hung']],
    [['problem=DiskPressure'], ['bare']],
    [['zone=b', 'agent!=stale'], ['fine']],
    [['zone='], ['bare']],
    [['agent=absent'], ['bare']],
    [['ready=Unknown'], ['old']],
    [['cordoned=yes'], ['fine']],
    [['paused=yes'], ['fine']],
    [['version=0.0.0'], ['hung', 'fine', 'old']],
    [[], ['hung', 'fine', 'old', 'bare']],
  ])('%j finds %j', (filters, names) => {
    expect(matching(...filters)).toEqual(names);
  });

  it.each([
    'health',
    '=x',
    'colour=red',
    'health=ill',
    'health=',
    'problem=a,,b',
    'agent=maybe',
    '__proto__=x',
    '',
  ])('refuses %j', (text) => {
    expect(parseFilter(text)).toBeTypeOf('string');
  });
});
