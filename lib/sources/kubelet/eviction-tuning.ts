import { createHash } from 'node:crypto';
import type { HostView } from '../../host/host.ts';
import { defineSource } from '../../model/source.ts';
import { KiB, minutes, seconds } from '../../model/units.ts';
import { readServiceCommand } from '../../tune/service-command.ts';
import type { UnitText } from '../../tune/unit-file.ts';
import { isUnclear } from '../../tune/unit-words.ts';
import { type KubeletUnitState, kubeletUnit } from './kubelet-unit.ts';

/** What `nodemend tune eviction` left on this node. */
export interface EvictionTuning {
  /** A change that is under way, or was when its program was killed. */
  readonly open?: { readonly what: string; readonly step: string; readonly paths: readonly string[] };
  /** A drop-in with the whole command. `base`: what became of the command that it was made from. */
  readonly frozen?: { readonly path: string; readonly base: 'same' | 'changed' | 'unclear'; readonly command: string };
}

const JOURNAL = '/var/lib/nodemend/tune-eviction.journal';
/** Files that tune eviction put back under a kubelet that had read them as they are, by its process and their last change. */
export interface SettledFiles {
  readonly pid: number;
  readonly startTicks: number;
  readonly changedAt: Readonly<Record<string, number>>;
}

const HASH = /^# base command: sha256 ([0-9a-f]{64})$/m;

/** Its first line alone; the journal's own reader (agent/tune/journal.ts) checks it before anything is done on its word. */
export function parseOpenChange(text: string): EvictionTuning['open'] {
  try {
    const head = JSON.parse(text.split('\n', 1)[0]?.slice(9) ?? '') as Partial<Record<string, unknown>>;
    if (head.state !== 'open') return undefined;
    const paths = Array.isArray(head.paths) ? head.paths.map(String) : [];
    return { what: String(head.what), step: String(head.step), paths };
  } catch {
    return undefined;
  }
}

export function parseSettled(text: string): SettledFiles | undefined {
  try {
    const head = JSON.parse(text.split('\n', 1)[0]?.slice(9) ?? '') as {
      readonly settled?: { process: SettledFiles; changedAt: object };
    };
    const { process, changedAt } = head.settled ?? {};
    if (process === undefined || typeof changedAt !== 'object') return undefined;
    return { pid: process.pid, startTicks: process.startTicks, changedAt: changedAt as SettledFiles['changedAt'] };
  } catch {
    return undefined;
  }
}

/** Absent: nothing was put back so. */
export async function readSettled(host: HostView): Promise<SettledFiles | undefined> {
  const answer = await host.readFile(JOURNAL, { maxBytes: 4 * KiB }).catch(() => undefined);
  return answer?.kind === 'text' ? parseSettled(answer.text) : undefined;
}

/** Pure: the frozen command among the unit's files, and whether its base is what the others say. */
export function readFrozen(units: readonly UnitText[], unit: string): EvictionTuning['frozen'] {
  const frozen = units.find(({ text }) => HASH.test(text));
  const hash = HASH.exec(frozen?.text ?? '')?.[1];
  if (frozen === undefined || hash === undefined) return undefined;
  const base = readServiceCommand(
    units.filter((one) => one !== frozen),
    unit,
  );
  if (isUnclear(base)) return { path: frozen.path, base: 'unclear', command: base.why };
  const isSame = createHash('sha256').update(base.words.join('\0')).digest('hex') === hash;
  return { path: frozen.path, base: isSame ? 'same' : 'changed', command: base.words.join(' ') };
}

async function readUnits(host: HostView, { fragmentPath, dropInPaths }: KubeletUnitState): Promise<readonly UnitText[]> {
  const paths = [fragmentPath, ...dropInPaths].filter((path) => path !== '');
  const answers = await Promise.all(paths.map((path) => host.readFile(path, { maxBytes: 64 * KiB })));
  return paths.flatMap((path, index) => {
    const answer = answers[index];
    return answer?.kind === 'text' ? [{ path, text: answer.text }] : [];
  });
}

export const evictionTuning = defineSource<EvictionTuning>({
  id: 'eviction-tuning',
  deadline: seconds(5),
  keep: minutes(5),
  async read(host, { use }) {
    const [journal, unit] = await Promise.all([host.readFile(JOURNAL, { maxBytes: 4 * KiB }), use(kubeletUnit)]);
    const open = journal.kind === 'text' ? parseOpenChange(journal.text) : undefined;
    const isOurs = unit.kind === 'unit' && unit.dropInPaths.some((path) => path.includes('nodemend-eviction'));
    const frozen = isOurs ? readFrozen(await readUnits(host, unit), unit.unit) : undefined;
    return { ...(open === undefined ? {} : { open }), ...(frozen === undefined ? {} : { frozen }) };
  },
});
