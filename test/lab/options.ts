import { parseArgs } from 'node:util';
import { bytesOf } from './disk.ts';
import { LabError } from './error.ts';
import type { Runtime } from './host.ts';
import { defaultLab } from './lab.ts';

export interface UpOptions {
  readonly name: string;
  readonly runtime: Runtime;
  readonly nodes: number;
  readonly liveRestore: boolean;
  readonly kubeletDisk: string;
  readonly kubeletInodes: number;
  readonly runtimeDisk: string;
  /** Text of a KubeletConfiguration, as a file to read; and flags. For every host. */
  readonly kubeletConfig?: string;
  readonly kubeletArgs?: string;
  /** Flags of the controller manager, separated by blanks: short periods for tests of a dead node. */
  readonly controllerManagerArgs?: string;
  /** The same of the API server. */
  readonly apiServerArgs?: string;
}

export interface Options extends UpOptions {
  readonly json: boolean;
  readonly all: boolean;
  /** What stands before `--`, without options. */
  readonly words: readonly string[];
  /** What stands behind `--`. */
  readonly command: readonly string[];
}

const known = {
  name: { type: 'string', default: defaultLab },
  runtime: { type: 'string', default: 'docker' },
  nodes: { type: 'string', default: '1' },
  'no-live-restore': { type: 'boolean', default: false },
  'kubelet-disk': { type: 'string', default: '400M' },
  'kubelet-inodes': { type: 'string', default: '8192' },
  'runtime-disk': { type: 'string', default: '1G' },
  'kubelet-config': { type: 'string' },
  'kubelet-args': { type: 'string' },
  'controller-manager-args': { type: 'string' },
  'api-server-args': { type: 'string' },
  json: { type: 'boolean', default: false },
  all: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Parse the words behind the command's name. */
export function parseOptions(argv: readonly string[]): Options {
  const cut = argv.indexOf('--');
  const own = cut < 0 ? argv : argv.slice(0, cut);
  const { values, positionals } = parse(own);
  const { runtime, name } = values;
  const nodes = Number(values.nodes);
  if (runtime !== 'docker' && runtime !== 'containerd') throw new LabError(`--runtime is docker or containerd, not "${runtime}"`);
  if (!(Number.isInteger(nodes) && nodes >= 1 && nodes <= 5)) throw new LabError(`--nodes is 1 to 5, not "${values.nodes}"`);
  // It becomes part of a link's name, which has 15 characters.
  if (!/^[a-z][a-z0-9]{0,9}$/.test(name)) throw new LabError(`--name is 1 to 10 letters and digits, not "${name}"`);
  const { 'kubelet-disk': kubeletDisk, 'runtime-disk': runtimeDisk } = values;
  for (const size of [kubeletDisk, runtimeDisk]) {
    if (size !== 'none' && Number.isNaN(bytesOf(size)))
      throw new LabError(`a disk's size is a number with K, M or G, not "${size}"`);
  }

  return {
    ...{ name, runtime, nodes, kubeletDisk, runtimeDisk, liveRestore: !values['no-live-restore'] },
    kubeletInodes: Number(values['kubelet-inodes']),
    ...(values['kubelet-config'] === undefined ? {} : { kubeletConfig: values['kubelet-config'] }),
    ...(values['kubelet-args'] === undefined ? {} : { kubeletArgs: values['kubelet-args'] }),
    ...(values['controller-manager-args'] === undefined ? {} : { controllerManagerArgs: values['controller-manager-args'] }),
    ...(values['api-server-args'] === undefined ? {} : { apiServerArgs: values['api-server-args'] }),
    ...{ json: values.json, all: values.all, words: positionals, command: cut < 0 ? [] : argv.slice(cut + 1) },
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: known, allowPositionals: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new LabError(`${message.replaceAll('\n', ' ')}; see: npm run lab -- help`);
  }
}
