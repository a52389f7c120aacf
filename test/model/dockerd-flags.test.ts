import { describe, expect, it } from 'vitest';
import { configFileOf } from '../../lib/model/dockerd-flags.ts';

describe('configFileOf', () => {
  it.each([
    [['dockerd'], '/etc/docker/daemon.json'],
    [['dockerd', '--config-file', '/a'], '/a'],
    [['dockerd', '--config-file=/a', '-D'], '/a'],
    [['dockerd', '--config-file=/a', '--config-file=/b'], '/b'],
    [['dockerd', '--config-file=/a=b'], '/a=b'],
    [['dockerd', '--config-files=/a'], '/etc/docker/daemon.json'],
    [['dockerd', '--config-file='], ''],
    [['dockerd', '--config-file'], ''],
    [[], '/etc/docker/daemon.json'],
  ])('%j reads %j', (argv, file) => {
    expect(configFileOf(argv)).toBe(file);
  });
});
