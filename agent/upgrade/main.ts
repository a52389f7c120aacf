import { localControl } from '../../lib/host/control.ts';
import { readFile } from '../../lib/host/files.ts';
import { readProcesses } from '../../lib/host/processes.ts';
import { run } from '../../lib/host/run.ts';
import { writeWhole } from '../../lib/host/write-file.ts';
import type { UpgradeFile, UpgradeProgramRequest } from './program.ts';
import { upgradeSystemd } from './upgrade.ts';

/**
 * In a unit of its own: the agent may be restarted while packages are installed, by the very package that is, and what was begun has
 * to end. It says how it ended in a file, because nobody may be there to hear it.
 */
async function main(): Promise<void> {
  const { id, resultFile, ...request } = JSON.parse(process.argv[2] ?? '') as UpgradeProgramRequest;
  const host = { run, readFile, processes: async () => readProcesses(false) };
  const report = await upgradeSystemd(request, host, localControl());
  console.log(report.why);
  const file: UpgradeFile = { id, ...report };
  await writeWhole({ path: resultFile, text: `${JSON.stringify(file)}\n`, mode: 0o600 });
  process.exitCode = report.ok ? 0 : 1;
}

void main();
