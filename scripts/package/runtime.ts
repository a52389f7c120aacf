import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { MACHINE, type Release } from './release.ts';

/** The flags of scripts/nodemend.sh are those of this major; another one ends with "bad option". */
const MAJOR = Number(process.versions.node.split('.')[0]);

/** As a release of Node.js names its own source; a build of somebody's own may not say. */
const versionOfNode = (binary: Buffer): string | undefined =>
  /\/node-v(\d+\.\d+\.\d+)\.tar\.gz/.exec(binary.toString('latin1'))?.[1];

export function checkRuntime(path: string, arch: Release['arch']): void {
  if (!existsSync(path)) throw new Error(`${path}: no such runtime; give one: --node-binary FILE`);
  const binary = readFileSync(path);
  if (binary.readUInt32BE(0) !== 0x7f454c46 || binary[18] !== MACHINE[arch].elf) {
    throw new Error(`${path}: no Linux program for ${arch}; give one: --node-binary FILE --arch ${arch}`);
  }
  const version = versionOfNode(binary);
  if (version !== undefined && Number(version.split('.')[0]) !== MAJOR) {
    throw new Error(`${path}: Node.js ${version}; the agent's flags are those of ${MAJOR}`);
  }
}

interface Component {
  readonly name: string;
}

interface Bom {
  readonly components: readonly Component[];
}

const isRuntime = ({ name }: Component) => name.startsWith('node-linux-');

/** The SBOM of dist/ with the runtime that is really beside it, or with none. */
export function withRuntime(bom: string, path: string | undefined): string {
  const read = JSON.parse(bom) as Bom;
  const others = read.components.filter((component) => !isRuntime(component));
  return `${JSON.stringify({ ...read, components: [...others, ...(path === undefined ? [] : [runtimeComponent(path)])] }, null, 2)}\n`;
}

function runtimeComponent(path: string): Component {
  const binary = readFileSync(path);
  const version = versionOfNode(binary);
  const purl = version === undefined ? {} : { version, purl: `pkg:generic/node@${version}` };
  const hashes = [{ alg: 'SHA-512', content: createHash('sha512').update(binary).digest('hex') }];
  return {
    ...{ type: 'application', 'bom-ref': 'node', name: 'node' },
    ...purl,
    ...{ licenses: [{ expression: 'MIT' }], hashes },
  } as Component;
}

const SEPARATOR = `\n\n${'-'.repeat(80)}\n\n`;

/** The licence texts without that of a runtime which is not there. */
export const withoutRuntime = (licences: string): string =>
  `${licences
    .trimEnd()
    .split(SEPARATOR)
    .filter((text) => !text.startsWith('node-linux-'))
    .join(SEPARATOR)}\n`;
