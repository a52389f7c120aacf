import https from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import type { ApiAnswer } from '../../lib/host/host.ts';
import { toApiAnswer } from '../../lib/kube/answer.ts';
import { messageOf } from '../../lib/model/error-words.ts';
import { type Duration, minutes } from '../../lib/model/units.ts';
import type { Api, ApiCall } from './api.ts';
import { type Session, send } from './people-transport.ts';
import { loadKubeconfig, type PeopleOptions, type Person } from './person-kubeconfig.ts';

/** Tokens of plugins and files are asked for again. */
const FRESH: Duration = minutes(1);

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

/** The API server, and who asks it. */
export interface PersonsApi {
  readonly api: Api;
  readonly who: Person;
}

/** With a person's kubeconfig; a credential that is refused is read again once. */
export async function personsApi(files: readonly string[], options: PeopleOptions): Promise<PersonsApi> {
  const { config, who } = await loadKubeconfig(files, options);
  let session = await open(config);
  const renew = async (): Promise<void> => {
    session = await open((await loadKubeconfig(files, options)).config);
  };
  const api = async (call: ApiCall): Promise<ApiAnswer> => {
    try {
      if (performance.now() > session.until) await renew();
      const answer = toApiAnswer(await send(session, call));
      if (answer.kind !== 'response' || answer.status !== 401) return answer;
      await renew();
      return toApiAnswer(await send(session, call));
    } catch (error) {
      // A plugin that fails, a file that went away.
      return { kind: 'no-identity', reason: messageOf(error) };
    }
  };
  return { api, who };
}

export const peopleApi = async (files: readonly string[], options: PeopleOptions): Promise<Api> =>
  (await personsApi(files, options)).api;
