import { parseFlags } from '../sources/kubelet/kubelet-flags.ts';
import { lastName } from './drop-ins.ts';
import { type Change, type Rejected, STEM, startOf, type TuneNode } from './node.ts';
import { disprove } from './proof.ts';
import { EVICTION_FLAGS, type Target, toConfiguration } from './target.ts';

/** A drop-in of --config-dir, where the kubelet has one. */
export function planConfigDirectory(node: TuneNode, target: Target): Change | Rejected {
  const reject = (why: string): Rejected => ({ kind: 'rejected', mechanism: 'config-dir', why });
  const { configDirectory, layers, argv } = node;
  if (configDirectory === undefined) return reject('this kubelet runs without --config-dir');
  const flags = parseFlags(argv.slice(1));
  const stronger = EVICTION_FLAGS.find((name) => flags.has(name) && (name === 'eviction-hard' || target.writesSoft));
  if (stronger !== undefined) return reject(`the flag --${stronger} is stronger than any file; it must go first`);
  const directory = configDirectory.replace(/\/+$/, '');
  const names = layers.dropIns.map(({ file }) => file.slice(directory.length + 1).split('/')[0] ?? '');
  const path = `${directory}/${lastName(STEM, names)}`;
  const content = {
    evictionHard: target.hard,
    ...(target.writesSoft ? { evictionSoft: target.soft, evictionSoftGracePeriod: target.grace } : {}),
  };
  const others = layers.dropIns.filter(({ file }) => file !== path);
  const wrong = disprove(node, target, { argv, layers: { ...layers, dropIns: [...others, { file: path, content }] } });
  if (wrong !== undefined) return reject(wrong);
  const after = toConfiguration(target);
  return { kind: 'change', mechanism: 'config-dir', path, ...startOf(node.existing.get(path)), after, argv, notes: [] };
}
