import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const SHEBANG = /^#!.*\b(sh|bash)\b/;

const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' });
const scripts = tracked
  .split('\0')
  .filter(
    (path) => path !== '' && !path.startsWith('test/recordings/') && SHEBANG.test(readFileSync(path, 'latin1').slice(0, 64)),
  );

const { error, status } = spawnSync('shellcheck', ['--', ...scripts], { stdio: 'inherit' });
if (error === undefined) {
  process.exitCode = status ?? 1;
} else {
  console.error(`shellcheck is not installed: ${scripts.length} scripts not checked; apt-get install shellcheck`);
  process.exitCode = process.env.CI === undefined ? 0 : 1;
}
