import { chmodSync, copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { linkOrCopy, openDist } from './build/dist.ts';
import { sharedFiles } from './build/shared-files.ts';
import { licences } from './licences.ts';
import { sbom } from './sbom.ts';

const root = join(import.meta.dirname, '..');
const dist = openDist(join(root, 'dist'));

/** Packages that few runs need: files of their own, loaded by `require` when first used. */
const HEAVY: Readonly<Record<string, string>> = {
  execa: 'execa.cjs',
  systeminformation: 'systeminformation.cjs',
  '@kubernetes/client-node': 'client-node.cjs',
};

const heavyApart: Plugin = {
  name: 'heavy-apart',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      const file = kind === 'entry-point' ? undefined : HEAVY[path];
      return file === undefined ? undefined : { path: `./${file}`, external: true };
    });
  },
};

/** Code of our own that few commands need: bundles beside the commands', loaded by `require` when they are asked for. */
const APART: Readonly<Record<string, string>> = {
  'agent/output/zh/words.ts': 'zh.cjs',
  'agent/pictures.ts': 'pictures.cjs',
};

const ownApart: Plugin = {
  name: 'own-apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/(?:pictures|words)\.ts$/ }, ({ path, resolveDir, kind }) => {
      const file = kind === 'entry-point' ? undefined : APART[relative(root, join(resolveDir, path))];
      return file === undefined ? undefined : { path: `./${file}`, external: true };
    });
  },
};

/** The daemon starts its few programs without execa: lib/host/run-lean.ts. */
const leanRuns: Plugin = {
  name: 'lean-runs',
  setup({ onResolve }) {
    onResolve({ filter: /\/run\.ts$/ }, ({ path, resolveDir }) =>
      join(resolveDir, path) === join(root, 'lib/host/run.ts') ? { path: join(root, 'lib/host/run-lean.ts') } : undefined,
    );
  },
};

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  outdir: join(root, 'dist/lib'),
  outExtension: { '.js': '.cjs' },
  sourcemap: 'linked',
  sourcesContent: false,
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  metafile: true,
  write: false,
  logLevel: 'warning',
  // import() of a file of our own would start node's ESM loader: slower, and four threads more.
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': '__url', 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
  banner: { js: "const __url=require('node:url').pathToFileURL(__filename).href;" },
};

/** Of a person's commands; everything else is a daemon's, or started by one. */
const PEOPLES = ['cli', 'inventory', 'pictures', 'zh'];
/** The source of a daemon stays in its memory: names are in the map beside it. */
const daemons: BuildOptions = { plugins: [leanRuns, heavyApart], minifyIdentifiers: true };

/**
 * One letter beyond Latin-1 makes V8 hold the whole source in two bytes each: 0.8 MB of a daemon's memory. esbuild escapes them
 * everywhere but in regular expressions, where the escape means the same.
 */
function toAscii(text: string): string {
  return text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

async function bundle(options: BuildOptions): Promise<Metafile> {
  const { outputFiles = [], metafile } = await build({ ...common, ...options });
  for (const file of outputFiles) {
    const contents = file.path.endsWith('.cjs') ? toAscii(file.text) : file.contents;
    dist.place(`lib/${basename(file.path)}`, (path) => writeFileSync(path, contents));
  }
  if (metafile === undefined) throw new Error('esbuild gave no metafile');
  return metafile;
}

function usedHeavy(metafile: Metafile): string[] {
  const files = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => basename(path)));
  return Object.keys(HEAVY).filter((name) => files.includes(HEAVY[name] ?? ''));
}

async function bundles(): Promise<Metafile[]> {
  const programs = {
    cli: 'agent/main.ts',
    pictures: 'agent/pictures.ts',
    zh: 'agent/output/zh/words.ts',
    agent: 'agent/agent.ts',
    disk: 'agent/disk/main.ts',
    inventory: 'agent/inventory/main.ts',
    'move-work': 'agent/drain-remedy/main.ts',
    upgrade: 'agent/upgrade/main.ts',
    reboot: 'agent/reboot/main.ts',
  };
  const present = Object.entries(programs).filter(([, source]) => existsSync(join(root, source)));
  const metafiles = await Promise.all(
    present.map(([out, source]) =>
      bundle({ entryPoints: { [out]: source }, ...(PEOPLES.includes(out) ? { plugins: [heavyApart, ownApart] } : daemons) }),
    ),
  );
  const heavy = new Set(metafiles.flatMap(usedHeavy));
  for (const name of heavy) {
    const out = (HEAVY[name] ?? '').replace('.cjs', '');
    const stdin = { contents: `export * from '${name}';`, resolveDir: root, sourcefile: `${out}.js` };
    metafiles.push(await bundle({ stdin, entryNames: out }));
  }
  return metafiles;
}

const runtimePackage = join(root, `node_modules/node-linux-${process.arch}`);
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string };
const metafiles = await bundles();
dist.place('bin/node', (path) => linkOrCopy(join(runtimePackage, 'bin/node'), path));
dist.place('bin/nodemend', (path) => {
  copyFileSync(join(root, 'scripts/nodemend.sh'), path);
  chmodSync(path, 0o755);
});
dist.link('bin/nodemend', 'nodemend');
dist.place('VERSION', (path) => writeFileSync(path, `${version}\n`));
dist.place('sbom.cdx.json', (path) => writeFileSync(path, sbom(root, metafiles, runtimePackage)));
dist.place('LICENSES', (path) => writeFileSync(path, licences(root, metafiles, runtimePackage)));
for (const [name, text] of Object.entries(sharedFiles())) dist.place(name, (path) => writeFileSync(path, text));
for (const name of ['LICENSE', 'systemd', 'install.sh']) dist.copy(join(root, name), name);
dist.copy(join(root, 'test/recordings'), 'lib/recordings');
dist.sweep();
for (const name of [...dist.placed].filter((file) => file.endsWith('.cjs')).sort()) {
  console.log(`${name.padEnd(24)} ${Math.ceil(readFileSync(join(root, 'dist', name)).length / 1024)} KiB`);
}
