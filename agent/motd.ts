import { existsSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { AgentConfig } from '../lib/config/schema.ts';
import { writeWhole } from '../lib/host/write-file.ts';
import { messageOf } from '../lib/model/error-words.ts';
import type { Reporter } from '../lib/model/snapshot.ts';
import type { Log } from '../lib/reporters/log.ts';
import { motdLine, motdReporter } from '../lib/reporters/motd.ts';

/** pam_motd shows the files of this directory at each login (Linux-PAM 1.3.1); without it nobody would read the line. */
const MOTD = '/run/motd.d/50-nodemend';

/** Shows a line in the file `path`, or takes the file away. */
export async function showLine(path: string, line: string | undefined): Promise<string | undefined> {
  if (line === undefined) {
    try {
      rmSync(path, { force: true });
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }
  if (!existsSync(dirname(path))) return undefined;
  const answer = await writeWhole({ path, text: line, mode: 0o644 });
  if (answer.kind === 'timed-out') return 'the file system did not answer';
  return answer.kind === 'failed' ? answer.why : undefined;
}

/** A line for whoever logs in, while the node is unwell, remedies are paused, or a problem was given up. */
export function openMotd(config: AgentConfig, log: Log): Reporter {
  return motdReporter({
    line: (snapshot) => (config.report.motd ? motdLine(snapshot) : undefined),
    show: (line) => showLine(MOTD, line),
    onFailure: (why) => log.warn({ path: MOTD, why }, 'file not written'),
  });
}
