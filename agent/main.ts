import { commands } from './commands/index.ts';
import { start } from './start.ts';

void start(commands, process.argv.slice(2));
