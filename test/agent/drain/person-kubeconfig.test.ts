import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { kubeconfigFiles, loadKubeconfig } from '../../../agent/drain/person-kubeconfig.ts';
import { pki } from '../../fakes/kube-api.ts';
import { temporaryDirectory } from '../../kube/kubeconfig-files.ts';

afterEach(() => void vi.unstubAllEnvs());

interface Parts {
  readonly current?: string;
  readonly clusters?: Readonly<Record<string, string>>;
  readonly contexts?: Readonly<Record<string, string>>;
  readonly user?: object;
}

function write(name: string, { current = '', clusters = {}, contexts = {}, user = { token: name } }: Parts, directory: string) {
  const file = join(directory, name);
  const config = {
    'current-context': current,
    clusters: Object.entries(clusters).map(([cluster, server]) => ({ name: cluster, cluster: { server } })),
    contexts: Object.entries(contexts).map(([context, cluster]) => ({ name: context, context: { cluster, user: 'admin' } })),
    users: [{ name: 'admin', user }],
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

describe('kubeconfigFiles', () => {
  it('is the one that was named, else $KUBECONFIG, else ~/.kube/config, else none', () => {
    const directory = temporaryDirectory();
    const there = write('there', {}, directory);
    vi.stubEnv('HOME', directory);
    vi.stubEnv('KUBECONFIG', `:${directory}/missing:${there}:`);

    expect(kubeconfigFiles({ kubeconfig: 'named' })).toEqual(['named']);
    expect(kubeconfigFiles({})).toEqual([there]);
    vi.stubEnv('KUBECONFIG', `${directory}/missing`);
    expect(() => kubeconfigFiles({})).toThrow(/none of it exists/);
    vi.stubEnv('KUBECONFIG', '');
    expect(kubeconfigFiles({})).toBeUndefined();
    mkdirSync(join(directory, '.kube'));
    const home = write('.kube/config', {}, directory);
    expect(kubeconfigFiles({})).toEqual([home]);
  });

  it.skipIf(process.getuid?.() === 0)('passes over no file that may not be looked at', () => {
    const closed = join(temporaryDirectory(), 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o000);
    vi.stubEnv('KUBECONFIG', join(closed, 'config'));

    expect(kubeconfigFiles({})).toEqual([join(closed, 'config')]);
    chmodSync(closed, 0o700);
  });
});

describe('loadKubeconfig', () => {
  it('merges as kubectl: the first of two entries of one name holds, and the first current context that is named', async () => {
    const directory = temporaryDirectory();
    const first = write('one', { clusters: { kubernetes: 'https://one' }, contexts: { a: 'kubernetes' } }, directory);
    const second = write(
      'two',
      {
        current: 'b',
        clusters: { kubernetes: 'https://two', more: 'https://more' },
        contexts: { b: 'more', c: 'kubernetes' },
      },
      directory,
    );
    const third = write('three', { current: 'a' }, directory);
    const of = async (context?: string) => {
      const { config, who } = await loadKubeconfig([first, second, third], context === undefined ? {} : { context });
      return [config.getCurrentCluster()?.server, config.getCurrentUser()?.token, who.file];
    };

    expect(await of()).toEqual(['https://more', 'one', second]);
    expect(await of('c')).toEqual(['https://one', 'one', first]);
  });

  it.each([
    [
      'a certificate, and whose it is',
      { 'client-certificate-data': btoa(pki('client.crt')) },
      'certificate',
      'system:node:Node-A',
    ],
    ['a token', { token: 'x' }, 'token', undefined],
    ['a plugin', { exec: { apiVersion: 'v1', command: 'x' } }, 'exec', undefined],
    ['nothing', {}, 'none', undefined],
  ])('says who asks: %s', async (_, user, credential, name) => {
    const directory = temporaryDirectory();
    const file = write('file', { current: 'a', clusters: { c: 'https://c' }, contexts: { a: 'c' }, user }, directory);
    const { who } = await loadKubeconfig([file], {});

    expect(who).toMatchObject({ origin: 'option', file, server: 'https://c', credential });
    expect(who.user).toBe(name);
  });
});
