import { existsSync, mkdirSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AgentError } from '../errors.ts';
import { codeOf } from '../model/error-words.ts';
import { printable } from '../model/printable.ts';
import { parseProcessState, parseStartTicks } from '../model/proc-stat.ts';

/** A process for ever: its PID alone comes back, after a reboot or sooner. */
export interface Holder {
  readonly boot: string;
  readonly pid: number;
  readonly startTicks: number;
}

export interface Lock {
  /** Puts back a claim that somebody deleted; call it once per round. */
  renew(): void;
  release(): void;
}

const NAME = /^([\da-f-]{1,64})\.(\d+)\.(\d+)$/;
const nameOf = ({ boot, pid, startTicks }: Holder) => `${boot}.${pid}.${startTicks}`;

/** Whether that very process still runs on this boot. */
function lives({ boot, pid, startTicks }: Holder, own: Holder): boolean {
  if (boot !== own.boot) return false;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return parseStartTicks(stat) === startTicks && !['Z', 'X', undefined].includes(parseProcessState(stat));
  } catch (error) {
    // Hidden (hidepid) is not gone.
    return !['ENOENT', 'ESRCH', undefined].includes(codeOf(error));
  }
}

function claimsIn(directory: string): readonly Holder[] {
  return readdirSync(directory).flatMap((name) => {
    const [, boot, pid, startTicks] = NAME.exec(name) ?? [];
    return boot === undefined ? [] : { boot, pid: Number(pid), startTicks: Number(startTicks) };
  });
}

function ignoreErrors(work: () => void): void {
  try {
    work();
  } catch {
    // The file is gone already, or its directory cannot be written: nothing to do about it here.
  }
}

/** Who is named in a claim, for the message alone. */
function describe(directory: string, holder: Holder): string {
  try {
    return `${printable(readFileSync(join(directory, nameOf(holder)), 'utf8').trim(), 40)} (PID ${holder.pid})`;
  } catch {
    return `PID ${holder.pid}`;
  }
}

/** The calling process, as others will look for it. */
export function thisProcess(boot: string, pid: number): Holder {
  return { boot, pid, startTicks: parseStartTicks(readFileSync('/proc/self/stat', 'utf8')) ?? 0 };
}

/** Who keeps the ledger, by name; undefined: nobody does, as far as these directories can be read. Claims nothing. */
export function findKeeper(
  directories: readonly string[],
  own: Holder,
): { readonly pid: number; readonly name: string } | undefined {
  for (const directory of directories) {
    let claims: readonly Holder[] = [];
    ignoreErrors(() => {
      claims = claimsIn(directory);
    });
    const keeper = claims.find((claim) => nameOf(claim) !== nameOf(own) && lives(claim, own));
    if (keeper === undefined) continue;
    let name = '';
    ignoreErrors(() => {
      name = printable(readFileSync(join(directory, nameOf(keeper)), 'utf8').trim(), 40);
    });
    return { pid: keeper.pid, name };
  }
  return undefined;
}

/**
 * Makes the caller the only writer. Each contender puts down a claim of its own name, then looks at all: whoever came second sees
 * the first, so that two never both go on, and the claim of a dead process can be removed by anyone without a race. Claims are put
 * into every directory, because /run/nodemend goes with the unit and /var/lib/nodemend may be read-only or deleted.
 */
export function takeLock(directories: readonly string[], own: Holder, name: string): Lock {
  const claimed = () => {
    for (const directory of directories) {
      ignoreErrors(() => {
        mkdirSync(directory, { recursive: true, mode: 0o700 });
        writeFileSync(join(directory, nameOf(own)), `${name}\n`, { mode: 0o600 });
      });
    }
  };
  const renew = () => {
    const isThere = (directory: string) => existsSync(join(directory, nameOf(own)));
    if (!directories.every(isThere)) claimed();
  };
  const release = () => {
    for (const directory of directories) ignoreErrors(() => unlinkSync(join(directory, nameOf(own))));
  };

  claimed();
  for (const directory of directories) {
    let claims: readonly Holder[] = [];
    ignoreErrors(() => {
      claims = claimsIn(directory);
    });
    for (const other of claims.filter((claim) => nameOf(claim) !== nameOf(own))) {
      if (lives(other, own)) {
        const who = describe(directory, other);
        release();
        throw new AgentError('LEDGER_LOCKED', `${who} keeps the ledger of this node`);
      }
      ignoreErrors(() => unlinkSync(join(directory, nameOf(other))));
    }
  }
  return { renew, release };
}
