import { join } from 'node:path';

const isSource = import.meta.filename.endsWith('.ts');

/** Another program of ours: its bundle beside this one, or in a checkout its source. `folder`: below agent/. */
export const ownProgram = (folder: string, bundle: string): string =>
  isSource ? join(import.meta.dirname, folder, 'main.ts') : join(import.meta.dirname, bundle);
