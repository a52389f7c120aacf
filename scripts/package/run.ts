import { spawnSync } from 'node:child_process';

/** Runs a program to its end with the time of the release, and no other word of this machine. */
export function run(
  program: string,
  words: readonly string[],
  options: { readonly cwd: string; readonly epoch: number },
): string {
  const { PATH } = process.env;
  const env = { PATH, LC_ALL: 'C', TZ: 'UTC', SOURCE_DATE_EPOCH: String(options.epoch) };
  const { status, error, stdout, stderr } = spawnSync(program, words, { cwd: options.cwd, env, encoding: 'utf8' });
  if (error !== undefined)
    throw new Error(`${program} cannot be run (${error.message}); on Debian: apt-get install dpkg binutils rpm`);
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: status ${status}\n${stderr}`);
  return stdout;
}
