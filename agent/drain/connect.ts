import { hostname } from 'node:os';
import { AgentError } from '../../lib/errors.ts';
import { systemClock } from '../../lib/host/local.ts';
import { type CommandContext, textOption } from '../command.ts';
import { composeHost, composeNode } from '../compose.ts';
import { configOf, identityOf } from '../configuration.ts';
import { type Api, agentApi, limited, patient } from './api.ts';
import { type ClusterPods, clusterPods } from './cluster-pods.ts';
import { type EvictionRequests, evictionRequests } from './eviction-requests.ts';
import { kubeconfigFiles, peopleApi } from './people-api.ts';
import { type ClusterWorkloads, clusterWorkloads } from './surge/cluster-workloads.ts';

/** Requests at a time: what client-go lets a kubectl send in a burst, and less than a small API server minds. */
const AT_ONCE = 20;

export interface PeoplesApi {
  readonly api: Api;
  /** It is the node's own identity, which may do less than a person. */
  readonly note?: string;
}

export interface Connection extends Pick<PeoplesApi, 'note'> {
  readonly cluster: ClusterPods;
  readonly workloads: ClusterWorkloads;
  readonly requests: EvictionRequests;
}

const gently = (api: Api): Api => patient(limited(api, AT_ONCE), systemClock);

async function ownNode(configFile: string | undefined) {
  return composeNode(identityOf(await configOf(composeHost(), configFile), undefined));
}

/** With the person's kubeconfig; on a node without one with the agent's, or the kubelet's. */
export async function connectApi({ options }: Pick<CommandContext, 'options'>): Promise<PeoplesApi> {
  const [kubeconfig, context] = [textOption(options, 'kubeconfig'), textOption(options, 'context')];
  const wanted = { ...(kubeconfig === undefined ? {} : { kubeconfig }), ...(context === undefined ? {} : { context }) };
  const files = kubeconfigFiles(wanted);
  if (files !== undefined) return { api: gently(await peopleApi(files, wanted)) };
  const { cluster } = await ownNode(textOption(options, 'config'));
  const identity = await cluster.clusterIdentity();
  if (identity.kind !== 'identity') {
    throw new AgentError('KUBECONFIG_INVALID', `no kubeconfig: neither KUBECONFIG nor ~/.kube/config, and ${identity.reason}`);
  }
  if (context !== undefined) throw new AgentError('KUBECONFIG_INVALID', '--context needs a kubeconfig; --kubeconfig names one');
  const note = `no kubeconfig of yours was found: ${identity.file} speaks, which may not see other nodes and DaemonSets`;
  return { api: gently(agentApi(cluster)), note };
}

export async function connect(context: Pick<CommandContext, 'options'>): Promise<Connection> {
  const { api, ...rest } = await connectApi(context);
  return { cluster: clusterPods(api), workloads: clusterWorkloads(api), requests: evictionRequests(api), ...rest };
}

/** The name of this host's Node, as far as it is known here. */
export async function thisNode({ options }: Pick<CommandContext, 'options'>): Promise<string> {
  const { cluster } = await ownNode(textOption(options, 'config'));
  const identity = await cluster.clusterIdentity();
  return identity.kind === 'identity' ? identity.nodeName : hostname().trim().toLowerCase();
}
