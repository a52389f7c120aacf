import { hostname } from 'node:os';
import { AgentError } from '../../lib/errors.ts';
import { criCall } from '../../lib/host/cri/call.ts';
import type { IdentityAnswer } from '../../lib/host/host.ts';
import { type ClusterAccess, localHost, systemClock } from '../../lib/host/local.ts';
import { readKubeconfig } from '../../lib/kube/kubeconfig.ts';
import { type CommandContext, textOption } from '../command.ts';
import { composeHost, composeNode } from '../compose.ts';
import { configOf, identityOf } from '../configuration.ts';
import { type Api, agentApi, limited, patient } from './api.ts';
import { type ClusterPods, clusterPods } from './cluster-pods.ts';
import { type EvictionRequests, evictionRequests } from './eviction-requests.ts';
import { type PersonsApi, personsApi } from './people-api.ts';
import { kubeconfigFiles, type PeopleOptions } from './person-kubeconfig.ts';
import { type ClusterWorkloads, clusterWorkloads } from './surge/cluster-workloads.ts';

/** Requests at a time: what client-go lets a kubectl send in a burst, and less than a small API server minds. */
const AT_ONCE = 20;

export interface PeoplesApi {
  readonly api: Api;
  /** It is the node's own identity, which may do less than a person. */
  readonly note?: string;
}

export interface Connection extends PeoplesApi {
  readonly cluster: ClusterPods;
  readonly workloads: ClusterWorkloads;
  readonly requests: EvictionRequests;
}

const gently = (api: Api): Api => patient(limited(api, AT_ONCE), systemClock);

async function ownNode(configFile: string | undefined) {
  return composeNode(identityOf(await configOf(composeHost(), configFile), undefined));
}

/** Undefined: neither was one named, nor does $KUBECONFIG or ~/.kube/config have one. */
async function ofPerson({ options }: Pick<CommandContext, 'options'>): Promise<PersonsApi | undefined> {
  const [kubeconfig, context] = [textOption(options, 'kubeconfig'), textOption(options, 'context')];
  const wanted: PeopleOptions = {
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
  };
  const files = kubeconfigFiles(wanted);
  if (files !== undefined) {
    const { api, who } = await personsApi(files, wanted);
    return { api: gently(api), who };
  }
  if (context !== undefined) throw new AgentError('KUBECONFIG_INVALID', '--context needs a kubeconfig; --kubeconfig names one');
  return undefined;
}

/** With the person's kubeconfig; on a node without one with the agent's, or the kubelet's. */
export async function connectApi(context: Pick<CommandContext, 'options'>): Promise<PeoplesApi> {
  const person = await ofPerson(context);
  if (person !== undefined) return { api: person.api };
  const { cluster } = await ownNode(textOption(context.options, 'config'));
  const identity = await cluster.clusterIdentity();
  if (identity.kind !== 'identity') {
    throw new AgentError('KUBECONFIG_INVALID', `no kubeconfig: neither KUBECONFIG nor ~/.kube/config, and ${identity.reason}`);
  }
  const note = `no kubeconfig of yours was found: ${identity.file} speaks, which may not see other nodes and DaemonSets`;
  return { api: gently(agentApi(cluster)), note };
}

export async function connect(context: Pick<CommandContext, 'options'>): Promise<Connection> {
  const { api, ...rest } = await connectApi(context);
  return { api, cluster: clusterPods(api), workloads: clusterWorkloads(api), requests: evictionRequests(api), ...rest };
}

/** The name of this host's Node, as far as it is known here. */
export async function thisNode({ options }: Pick<CommandContext, 'options'>): Promise<string> {
  const { cluster } = await ownNode(textOption(options, 'config'));
  const identity = await cluster.clusterIdentity();
  return identity.kind === 'identity' ? identity.nodeName : hostname().trim().toLowerCase();
}

/** This host, with the cluster as it answers the person; where he has no kubeconfig, as it answers the node. */
export async function viewOf(context: Pick<CommandContext, 'options'>, wanted: string | undefined) {
  const [person, ownName] = [await ofPerson(context), await thisNode(context)];
  const config = await configOf(composeHost(), textOption(context.options, 'config'));
  const nodeName = wanted ?? ownName;
  const isHere = nodeName === ownName;
  const identity = identityOf(config, undefined);
  // A file that was named is to be right.
  if (identity.kubeconfig !== undefined) await readKubeconfig(composeHost(), identity.kubeconfig);
  const { host, cluster } = composeNode(isHere ? identity : { ...identity, nodeName });
  if (person === undefined) return { host, isHere };
  const who: IdentityAnswer = { ...person.who, nodeName, nodeNameFrom: 'configuration' };
  const seen: ClusterAccess = {
    ...cluster,
    apiGet: (request) => person.api({ ...request, method: 'GET' }),
    clusterIdentity: async () => who,
  };
  return { host: localHost(seen, criCall), isHere };
}
