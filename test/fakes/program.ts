import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '../..');
// Below node_modules, where it finds what is left out of it.
const place = join(root, 'node_modules/.cache/nodemend-test');
const file = join(place, 'nodemend.cjs');

function put(make: (temporary: string) => void, path: string): void {
  const temporary = `${path}.${process.pid}.${threadId}`;
  rmSync(temporary, { force: true });
  make(temporary);
  renameSync(temporary, path);
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'agent/main.ts')],
    outfile: file,
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    external: ['execa', 'systeminformation', '@kubernetes/client-node'],
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': '__filename', 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
    logLevel: 'error',
  });
  mkdirSync(place, { recursive: true });
  put((path) => symlinkSync(join(root, 'test/recordings'), path), join(place, 'recordings'));
  // Another worker may be starting it: it is replaced as a whole.
  put((path) => writeFileSync(path, outputFiles[0]?.contents ?? ''), file);
  return file;
}

let built: Promise<string> | undefined;

/** `nodemend` in one file: of each start from its source two thirds are its modules, and on a fresh checkout four fifths. */
export const builtProgram = (): Promise<string> => {
  built ??= bundle();
  return built;
};
