import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { documents } from './documents.ts';

const docs = join(import.meta.dirname, '../docs');
const checkOnly = process.argv.includes('--check');

const stale = Object.entries(documents).filter(([name, render]) => {
  const path = join(docs, name);
  const text = render();
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return false;
  if (!checkOnly) writeFileSync(path, text);
  return true;
});
for (const [name] of stale) console.log(`docs/${name} ${checkOnly ? 'is not what the code says; npm run docs' : 'written'}`);
process.exitCode = checkOnly && stale.length > 0 ? 1 : 0;
