import { describe, expect, it } from 'vitest';
import { dataRootFlag, dataRootKey } from '../../lib/docker/data-root.ts';

describe('dataRootKey', () => {
  it.each([
    ['1.11.2', [], undefined],
    ['1.12.0', [], 'graph'],
    ['1.13.1', [], 'graph'],
    ['17.03.2-ce', [], 'graph'],
    ['17.05.0-ce', [], 'data-root'],
    ['18.09.7', ['graph', 'debug'], 'graph'],
    ['20.10.24+dfsg1', [], 'data-root'],
    ['23.0.0', ['graph'], 'data-root'],
    ['v29.1.3', [], 'data-root'],
    ['', [], undefined],
    ['library-import', [], undefined],
  ] as const)('of docker %s with %j is %s', (version, present, key) => expect(dataRootKey(version, present)).toBe(key));
});

describe("dockerd's command line", () => {
  it.each([
    [['dockerd', '-H', 'fd://'], undefined],
    [['dockerd', '--data-root', '/x'], { flag: '--data-root', value: '/x' }],
    [['dockerd', '--data-root=/x=y'], { flag: '--data-root', value: '/x=y' }],
    [['dockerd', '--graph=/x'], { flag: '--graph', value: '/x' }],
    [['dockerd', '-g', '/x'], { flag: '-g', value: '/x' }],
    [['dockerd', '--data-root-not=/x', '--graphs'], undefined],
    [['dockerd', '--data-root'], { flag: '--data-root', value: '' }],
  ])('%j sets %j', (argv, expected) => expect(dataRootFlag(argv)).toEqual(expected));
});
