import type { MoveJournal } from '../../lib/docker/move-journal.ts';
import { parseProgress } from '../../lib/docker/progress.ts';
import { compareArgv, copyArgv, isCopier, isForeign } from '../../lib/docker/rsync.ts';
import { FIND_FORMAT, type TreeSummary, treeCounter, treeDifferences } from '../../lib/docker/tree.ts';
import { localControl } from '../../lib/host/control.ts';
import type { HostView } from '../../lib/host/host.ts';
import { type StreamEnd, stream } from '../../lib/host/stream.ts';
import { ms } from '../../lib/model/units.ts';
import { lastLine } from './must.ts';
import { MoveFailure, type MoveNode } from './node.ts';

/** rsync's own lines of an error before its summary: `rsync: [receiver] write failed on "…": No space left on device (28)`. */
function reasonOf(complaint: string): string {
  const lines = complaint.split('\n').filter((line) => line.trim() !== '');
  const first = lines.find((line) => !/^rsync error:/.test(line));
  return (first ?? lastLine(complaint)).slice(0, 300);
}

function check(end: StreamEnd): void {
  if (end.kind === 'not-found') throw new MoveFailure(`there is no ${end.file} on this host`);
  if (end.kind === 'signalled') throw new MoveFailure(`it was ended by ${end.signal}`);
  if (end.code !== 0) throw new MoveFailure(reasonOf(end.complaint) || `exit status ${end.code}`);
}

async function copiersOf(host: HostView, to: string): Promise<readonly { pid: number; startTicks: number }[]> {
  const answer = await host.processes();
  if (answer.kind !== 'processes') throw new MoveFailure('the processes of this host could not be listed');
  const own = await Promise.all(
    answer.entries
      .filter(({ name, state }) => name === 'rsync' && state !== 'Z')
      .map(async (entry) => {
        const read = await host.readFile(`/proc/${entry.pid}/cmdline`);
        const argv = read.kind === 'text' ? read.text.split('\0') : [];
        return isCopier(argv, to) ? [entry] : [];
      }),
  );
  return own.flat();
}

async function endCopiers(host: HostView, to: string): Promise<void> {
  for (let looks = 0; looks < 50; looks += 1) {
    const left = await copiersOf(host, to);
    if (left.length === 0) return;
    for (const one of left) await localControl().control({ kind: 'signal-process', ...pick(one), signal: 'SIGKILL' });
    await host.clock.sleep(ms(200));
  }
  throw new MoveFailure('an rsync of an earlier run does not end');
}

const pick = ({ pid, startTicks }: { pid: number; startTicks: number }) => ({ pid, startTicks });

async function summaryOf(root: string, signal: AbortSignal | undefined): Promise<TreeSummary> {
  const counter = treeCounter(isForeign);
  const options = { onText: (text: string) => counter.add(text), ...(signal === undefined ? {} : { signal }) };
  check(await stream(['find', root, '-xdev', '-printf', FIND_FORMAT], options));
  return counter.summary();
}

/** Lines that rsync itemizes: what it would still have to do. */
async function itemized({ from, to, checksum }: MoveJournal, signal: AbortSignal | undefined): Promise<readonly string[]> {
  const lines: string[] = [];
  let rest = '';
  const onText = (text: string) => {
    const all = (rest + text).split('\n');
    rest = all.pop() ?? '';
    if (lines.length < 100) lines.push(...all.filter((line) => line.trim() !== ''));
  };
  check(await stream(compareArgv(from, to, checksum === true), { onText, ...(signal === undefined ? {} : { signal }) }));
  return lines;
}

export function copier(host: HostView, to: string, signal?: AbortSignal): Pick<MoveNode, 'endCopier' | 'copy' | 'differences'> {
  return {
    endCopier: () => endCopiers(host, to),
    async copy(journal, onProgress) {
      const onText = (text: string) => {
        const progress = text.split(/[\r\n]/).findLast((line) => parseProgress(line) !== undefined);
        const parsed = progress === undefined ? undefined : parseProgress(progress);
        if (parsed !== undefined) onProgress(parsed);
      };
      check(await stream(copyArgv(journal.from, journal.to), { onText, ...(signal === undefined ? {} : { signal }) }));
    },
    async differences(journal) {
      const differing = await itemized(journal, signal);
      if (differing.length > 0) return differing;
      return treeDifferences(await summaryOf(journal.from, signal), await summaryOf(journal.to, signal));
    },
  };
}
