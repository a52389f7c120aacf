import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'ini';
import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../agent/configuration.ts';
import { parseListen } from '../agent/metrics-server.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}

const lock = JSON.parse(read('package-lock.json')) as { readonly packages: Readonly<Record<string, Locked>> };
const manifest = JSON.parse(read('package.json')) as Readonly<Record<string, Readonly<Record<string, string>> | undefined>>;
const packages = Object.entries(lock.packages).filter(([path]) => path !== '');
const direct = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
  Object.entries(manifest[kind] ?? {}),
);

/** What npm runs when it installs them, and why that is known; `npm ci --ignore-scripts` works as well. */
const INSTALL_SCRIPTS = ['node_modules/esbuild'];

describe('packages', () => {
  it('run nothing when they are installed, but those that are known', () => {
    expect(packages.filter(([, { hasInstallScript }]) => hasInstallScript === true).map(([path]) => path)).toEqual(
      INSTALL_SCRIPTS,
    );
  });

  it('are held to their contents, and come from the registry alone', () => {
    expect(packages.filter(([, { integrity = '' }]) => !integrity.startsWith('sha512-')).map(([path]) => path)).toEqual([]);
    expect(packages.filter(([, { resolved, link }]) => resolved !== undefined || link === true).map(([path]) => path)).toEqual(
      [],
    );
  });

  it('are installed without scripts, and from the registry of whoever installs: .npmrc as npm reads it, by the same package', () => {
    const settings = parse(read('.npmrc'));

    expect(settings).toMatchObject({ 'ignore-scripts': true, 'omit-lockfile-registry-resolved': true });
    expect(Object.keys(settings).filter((name) => /registry$|auth|proxy|:/i.test(name))).toEqual([]);
  });

  it('are asked for by exact versions, and locked to them', () => {
    expect(direct.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    expect(direct.filter(([name, version]) => lock.packages[`node_modules/${name}`]?.version !== version)).toEqual([]);
  });

  it('that we ask for are in docs/security.md with their reason, and no others', () => {
    const rows = [...read('docs/security.md').matchAll(/^\| `([^`]+)` (\d+\.\d+\.\d+) \|/gm)];

    expect(rows.map(([, name, version]) => [name, version]).sort()).toEqual(direct.sort());
  });
});

describe('ports', () => {
  const sources = ['agent', 'lib'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  );

  it('are opened by the metrics alone, on loopback unless the operator says otherwise', () => {
    const opening = sources.filter((path) => /\b(?:createServer|createSocket|createSecureServer)\s*\(/.test(read(path)));

    expect(opening).toEqual(['agent/metrics-server.ts']);
    expect(parseListen(defaultConfig().metrics.listen).host).toBe('127.0.0.1');
  });
});
