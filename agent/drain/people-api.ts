import { existsSync } from 'node:fs';
import https from 'node:https';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { AgentError } from '../../lib/errors.ts';
import type { ApiAnswer } from '../../lib/host/host.ts';
import { toApiAnswer } from '../../lib/kube/answer.ts';
import { type Duration, minutes } from '../../lib/model/units.ts';
import type { Api } from './api.ts';
import { type Session, send } from './people-transport.ts';

export interface PeopleOptions {
  /** `--kubeconfig`. */
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** Tokens of plugins and files are asked for again. */
const FRESH: Duration = minutes(1);

/** The files that kubectl would read; undefined: there is none, and no pod's service account either. */
export function kubeconfigFiles({ kubeconfig }: PeopleOptions): readonly string[] | undefined {
  if (kubeconfig !== undefined) return [kubeconfig];
  const named = (process.env.KUBECONFIG ?? '').split(delimiter).filter((file) => file !== '');
  const found = (named.length > 0 ? named : [join(homedir(), '.kube', 'config')]).filter((file) => existsSync(file));
  if (found.length > 0) return found;
  if (named.length === 0) return undefined;
  throw new AgentError('KUBECONFIG_INVALID', `KUBECONFIG names ${named.join(', ')}, and none of it exists`);
}

async function load(files: readonly string[], { context }: PeopleOptions): Promise<KubeConfig> {
  // Here alone: a large package that no other command needs.
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  try {
    for (const [at, file] of files.entries()) {
      const next = at === 0 ? config : new KubeConfig();
      next.loadFromFile(file);
      if (at > 0) config.mergeConfig(next, true);
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new AgentError('KUBECONFIG_INVALID', `${files.join(', ')}: ${why}`, { cause: error });
  }
  if (context !== undefined && config.getContextObject(context) === null) {
    throw new AgentError('KUBECONFIG_INVALID', `${files.join(', ')}: no context ${JSON.stringify(context)}`);
  }
  if (context !== undefined) config.setCurrentContext(context);
  if (config.getCurrentCluster() === null) {
    throw new AgentError(
      'KUBECONFIG_INVALID',
      `${files.join(', ')}: the current context names no cluster; --context names another`,
    );
  }
  return config;
}

async function open(config: KubeConfig): Promise<Session> {
  const server = (config.getCurrentCluster()?.server ?? '').replace(/\/+$/, '');
  const until = performance.now() + FRESH;
  // `kubectl proxy`: it has the credential, and none goes over a line without TLS.
  if (server.startsWith('http:')) return { server, options: {}, until };
  const options: https.RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  if (options.agent instanceof https.Agent) {
    options.agent.options.keepAlive = true;
    Object.assign(options.agent, { keepAlive: true });
  }
  return { server, options, until };
}

/** The API server with a person's kubeconfig; a credential that is refused is read again once. */
export async function peopleApi(files: readonly string[], options: PeopleOptions): Promise<Api> {
  let session = await open(await load(files, options));
  const renew = async (): Promise<void> => {
    session = await open(await load(files, options));
  };
  return async (call): Promise<ApiAnswer> => {
    try {
      if (performance.now() > session.until) await renew();
      const answer = toApiAnswer(await send(session, call));
      if (answer.kind !== 'response' || answer.status !== 401) return answer;
      await renew();
      return toApiAnswer(await send(session, call));
    } catch (error) {
      // A plugin that fails, a file that went away.
      return { kind: 'no-identity', reason: error instanceof Error ? error.message : String(error) };
    }
  };
}
