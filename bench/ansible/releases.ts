import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filesBelow, sumsOf } from '../../scripts/package/tree.ts';
import { must } from '../../test/lab/run.ts';

const root = join(import.meta.dirname, '../..');

/** Directory of releases, as `npm run package` leaves it, with more of them in it than were ever made. */
export interface Releases {
  readonly directory: string;
  /** The one that was built. */
  readonly version: string;
  /** The same program under another version. */
  readonly next: string;
  /** Its agent ends at once. */
  readonly dead: string;
  /** Its agent is ready, and its doctor calls every node Critical. */
  readonly worse: string;
  close(): void;
}

async function pack(directory: string, tree: string, version: string): Promise<void> {
  writeFileSync(join(tree, 'VERSION'), `${version}\n`);
  rmSync(join(tree, 'SHA256SUMS'));
  writeFileSync(join(tree, 'SHA256SUMS'), sumsOf(tree, filesBelow(tree)));
  const name = `nodemend-${version}-linux-x64`;
  await must(
    [
      'tar',
      `--transform=s,^\\.,${name},`,
      '--owner=0',
      '--group=0',
      '-I',
      'gzip -1',
      '-cf',
      join(directory, `${name}.tar.gz`),
      '-C',
      tree,
      '.',
    ],
    {
      timeoutMs: 120_000,
    },
  );
}

const lead = (path: string, code: string) => writeFileSync(path, `${code}\n${readFileSync(path, 'utf8')}`);

function rename(tree: string, from: string, to: string): void {
  for (const name of ['agent.cjs', 'cli.cjs']) {
    const path = join(tree, 'lib', name);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(`"${from}"`, `"${to}"`));
  }
}

const SAYS_CRITICAL = `if (process.argv[2] === 'doctor') { console.log(JSON.stringify({ apiVersion: 'nodemend.io/v1', kind: 'DoctorReport',
  node: require('node:os').hostname(), health: 'Critical', checks: [], signals: [], problems: [{ type: 'Planted', severity: 'critical', message: 'the bench made it worse' }] }));
  process.exit(2); }`;

/** Three more of the release that `npm run package -- --only tarball --out FROM` has made. */
export async function makeReleases(from: string): Promise<Releases> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string };
  const tarball = join(from, `nodemend-${version}-linux-x64.tar.gz`);
  if (!existsSync(tarball)) throw new Error(`${tarball} is not there; type: npm run package -- --only tarball`);
  const directory = mkdtempSync(join(tmpdir(), 'nodemend-releases-'));
  const [next, dead, worse] = [`${version}-next`, `${version}-dead`, `${version}-worse`];
  const made: Readonly<Record<string, (tree: string) => void>> = {
    [next]: () => undefined,
    [dead]: (tree) => lead(join(tree, 'lib/agent.cjs'), 'process.exit(3);'),
    [worse]: (tree) => lead(join(tree, 'lib/cli.cjs'), SAYS_CRITICAL),
  };
  for (const [name, spoil] of Object.entries(made)) {
    const tree = join(directory, 'tree');
    mkdirSync(tree);
    await must(['tar', '-xzf', tarball, '-C', tree, '--strip-components=1'], { timeoutMs: 120_000 });
    rename(tree, version, name);
    spoil(tree);
    await pack(directory, tree, name);
    rmSync(tree, { recursive: true });
  }
  cpSync(tarball, join(directory, `nodemend-${version}-linux-x64.tar.gz`));
  const tarballs = readdirSync(directory).filter((name) => name.endsWith('.tar.gz'));
  writeFileSync(join(directory, 'SHA256SUMS-x64'), sumsOf(directory, tarballs));
  return { directory, version, next, dead, worse, close: () => rmSync(directory, { recursive: true, force: true }) };
}
