import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDaemonJson, withSetting } from '../../lib/docker/daemon-json.ts';

const set = (text: string | undefined) => {
  const edited = withSetting(text, 'data-root', '/data/docker');
  return edited.kind === 'text' ? edited.text : edited.why;
};

describe('withSetting', () => {
  it.each([
    ['no file', undefined, '{\n  "data-root": "/data/docker"\n}\n'],
    ['an empty file', ' \n', '{\n  "data-root": "/data/docker"\n}\n'],
    ['no settings', '{}', '{\n  "data-root": "/data/docker"\n}'],
    [
      'the indentation of others',
      '{\n    "debug": true,\n    "mtu": 1450\n}\n',
      '{\n    "data-root": "/data/docker",\n    "debug": true,\n    "mtu": 1450\n}\n',
    ],
    ['tabs', '{\n\t"debug":true\n}', '{\n\t"data-root": "/data/docker",\n\t"debug":true\n}'],
    ['one line', '{"debug":true}', '{"data-root": "/data/docker", "debug":true}'],
    ['its own value', '{ "data-root" : "/old" , "debug": true }', '{ "data-root" : "/data/docker" , "debug": true }'],
    ['its own value at the end', '{"debug":true,"data-root":"/old"\n}', '{"debug":true,"data-root":"/data/docker"\n}'],
    [
      'the key inside of another object, and in a string',
      '{"labels":["data-root"],"proxies":{"data-root":"/x"},"log-opts":{"tag":"{\\"data-root\\": 1}"}}',
      '{"data-root": "/data/docker", "labels":["data-root"],"proxies":{"data-root":"/x"},"log-opts":{"tag":"{\\"data-root\\": 1}"}}',
    ],
    ['the key in escapes', '{"data\\u002droot":"/old"}', '{"data\\u002droot":"/data/docker"}'],
  ])('keeps everything else: %s', (_what, text, expected) => expect(set(text)).toBe(expected));

  it.each([
    ['a list', '[]', 'not a JSON object'],
    ['half of it', '{"debug": tr', 'not valid JSON'],
    ['a comment', '{ // mine\n}', 'not valid JSON'],
    ['a byte order mark', '\ufeff{}', 'not valid JSON'],
    ['binary', '\0\x01\x02', 'not valid JSON'],
    ['the key twice', '{"data-root":"/a","data-root":"/b"}', '"data-root" twice'],
  ])('refuses %s', (_what, text, why) => expect(set(text)).toContain(why));

  it('changes one key of any object, in any layout', () => {
    const settings = fc.dictionary(fc.string(), fc.jsonValue()).filter((one) => !('__proto__' in one));
    fc.assert(
      fc.property(settings, fc.constantFrom(undefined, 1, 4, '\t'), (value, indent) => {
        const before = JSON.stringify(value, undefined, indent);
        // JSON has no -0.
        expect(JSON.parse(set(before))).toEqual({ ...JSON.parse(before), 'data-root': '/data/docker' });
      }),
    );
  });
});

describe('readDaemonJson', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['null', undefined],
    ['{"debug":true}', { debug: true }],
  ])('%j', (text, expected) => expect(readDaemonJson(text)).toEqual(expected));
});
