import { agent } from './commands/agent.ts';
import { start } from './start.ts';

/** `nodemend agent` as a program of its own: the daemon carries nothing that people's commands need. */
void start([agent], ['agent', ...process.argv.slice(2)]);
