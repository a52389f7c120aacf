import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { bundledPackages } from './licences.ts';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly integrity?: string }>>;
}

const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;

/** npm's `sha512-BASE64` as CycloneDX writes it; absent for what the lock file has no sum of. */
function hashesOf(integrity: string | undefined): readonly object[] {
  const base64 = /^sha512-(.+)$/.exec(integrity ?? '')?.[1];
  return base64 === undefined ? [] : [{ alg: 'SHA-512', content: Buffer.from(base64, 'base64').toString('hex') }];
}

/**
 * CycloneDX 1.5 of what is really in the bundles, and of the runtime beside them; `npm sbom` tells of what is installed.
 * Without a serial number and a time, so that two builds are the same.
 */
export function sbom(root: string, metafiles: readonly Metafile[], runtime: string): string {
  const { packages } = readJson<LockFile>(join(root, 'package-lock.json'));
  const own = readJson<Manifest>(join(root, 'package.json'));
  const folders = [...bundledPackages(metafiles), runtime.slice(root.length + 1)];
  const components = folders.map((folder) => {
    const { name, version, license } = readJson<Manifest>(join(root, folder, 'package.json'));
    const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
    const hashes = hashesOf(packages[folder]?.integrity);
    return { type: 'library', 'bom-ref': purl, name, version, purl, licenses: [{ expression: license }], hashes };
  });
  const component = { type: 'application', name: own.name, version: own.version, licenses: [{ expression: own.license }] };
  return `${JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.5', version: 1, metadata: { component }, components }, null, 2)}\n`;
}
