import { commands, usage } from './commands.ts';
import { LabError } from './error.ts';
import { parseOptions } from './options.ts';

const [word = 'help', ...rest] = process.argv.slice(2);

try {
  const command = commands[word];
  if (command === undefined || word === 'help' || rest[0] === '--help') {
    console.log(usage);
    process.exitCode = command === undefined && word !== 'help' ? 64 : 0;
  } else {
    process.exitCode = await command(parseOptions(rest));
  }
} catch (error) {
  if (!(error instanceof LabError)) throw error;
  console.error(`lab: ${error.message}`);
  process.exitCode = 1;
}
