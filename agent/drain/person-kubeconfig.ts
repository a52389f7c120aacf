import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { AgentError } from '../../lib/errors.ts';
import type { ClusterIdentity } from '../../lib/host/host.ts';
import { describeCertificate } from '../../lib/kube/credential.ts';
import { codeOf, messageOf } from '../../lib/model/error-words.ts';

export interface PeopleOptions {
  /** `--kubeconfig`. */
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** kubectl passes over a file that is not there, and over no other. */
function isThere(file: string): boolean {
  try {
    statSync(file);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ENOENT';
  }
}

/** The files that kubectl would read; undefined: there is none. This program is in no pod: no service account is looked for. */
export function kubeconfigFiles({ kubeconfig }: PeopleOptions): readonly string[] | undefined {
  if (kubeconfig !== undefined) return [kubeconfig];
  const named = (process.env.KUBECONFIG ?? '').split(delimiter).filter((file) => file !== '');
  const found = (named.length > 0 ? named : [join(process.env.HOME || homedir(), '.kube', 'config')]).filter(isThere);
  if (found.length > 0) return found;
  if (named.length === 0) return undefined;
  throw new AgentError('KUBECONFIG_INVALID', `KUBECONFIG names ${named.join(', ')}, and none of it exists`);
}

const byName = <Entry extends { readonly name: string }>(entries: readonly Entry[]): Entry[] =>
  entries.filter(({ name }, at) => entries.findIndex((entry) => entry.name === name) === at);

/** As kubectl merges: of two entries of one name the first holds, and so does the first current context that is named. */
function merged(configs: readonly KubeConfig[], into: KubeConfig): KubeConfig {
  const all = <Entry>(of: (config: KubeConfig) => readonly Entry[] | undefined) => configs.flatMap((config) => of(config) ?? []);
  into.loadFromOptions({
    clusters: byName(all(({ clusters }) => clusters)),
    users: byName(all(({ users }) => users)),
    contexts: byName(all(({ contexts }) => contexts)),
    currentContext: configs.find(({ currentContext }) => (currentContext ?? '') !== '')?.currentContext,
  });
  return into;
}

/** Who asks, as far as the kubeconfig tells. */
export type Person = Omit<ClusterIdentity, 'nodeName' | 'nodeNameFrom'>;

export interface PersonKubeconfig {
  readonly config: KubeConfig;
  readonly who: Person;
}

function whoAsks(config: KubeConfig, file: string): Person {
  const user = config.getCurrentUser();
  const server = config.getCurrentCluster()?.server ?? '';
  const who = { kind: 'identity', origin: 'option', file, server } as const;
  if (user?.certData) {
    const pem = Buffer.from(user.certData, 'base64').toString('latin1');
    return { ...who, credential: 'certificate', ...describeCertificate(file, pem) };
  }
  if (user?.certFile) return { ...who, credential: 'certificate' };
  if (user?.exec) return { ...who, credential: 'exec' };
  return { ...who, credential: user?.token || user?.authProvider ? 'token' : 'none' };
}

export async function loadKubeconfig(files: readonly string[], { context }: PeopleOptions): Promise<PersonKubeconfig> {
  // Here alone: a large package that no other command needs.
  const { KubeConfig } = await import('@kubernetes/client-node');
  const from = files.join(', ');
  const fail = (why: string, cause?: unknown): never => {
    throw new AgentError('KUBECONFIG_INVALID', `${from}: ${why}`, { cause });
  };
  const read = (file: string) => {
    const one = new KubeConfig();
    try {
      one.loadFromFile(file);
    } catch (error) {
      fail(messageOf(error), error);
    }
    return one;
  };
  const configs = files.map(read);
  const config = merged(configs, new KubeConfig());
  if (context !== undefined) {
    if (config.getContextObject(context) === null) fail(`no context ${JSON.stringify(context)}`);
    config.setCurrentContext(context);
  }
  const cluster = config.getCurrentCluster();
  if (cluster === null) return fail('the current context names no cluster; --context names another');
  const at = configs.findIndex(({ clusters }) => clusters?.some(({ name }) => name === cluster.name));
  return { config, who: whoAsks(config, files[at] ?? from) };
}
