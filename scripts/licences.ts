import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** `node_modules/a/node_modules/@b/c/index.js` → `node_modules/a/node_modules/@b/c`. */
function packageFolder(input: string): string | undefined {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
}

function licenceOf(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
  if (typeof manifest.license !== 'string') throw new Error(`${folder}: names no licence`);
  const files = readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name));
  const texts = files.map((name) => readFileSync(join(folder, name), 'utf8').trim());
  return [`${manifest.name} ${manifest.version} (${manifest.license})`, ...texts].join('\n\n');
}

/** Folders of the packages that are in the bundles, relative to the checkout, in order. */
export function bundledPackages(metafiles: readonly Metafile[]): readonly string[] {
  const inputs = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  return [...new Set(inputs.map(packageFolder).filter((folder) => folder !== undefined))].sort();
}

/** The licence texts of everything that is in the bundles, and of the runtime beside them. */
export function licences(root: string, metafiles: readonly Metafile[], runtime: string): string {
  const texts = bundledPackages(metafiles).map((folder) => licenceOf(join(root, folder)));
  return `${[...texts, licenceOf(runtime)].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
