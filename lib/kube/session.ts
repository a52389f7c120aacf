import { AgentError } from '../errors.ts';
import type { ClusterIdentity, HostView, IdentityAnswer } from '../host/host.ts';
import { othersMayWrite } from '../model/file-owner.ts';
import { present } from '../model/present.ts';
import { type Credential, describeCertificate, loadCredential, pemOf } from './credential.ts';
import { type Discovery, discoverKubeconfig, type Place } from './discovery.ts';
import { type Kubeconfig, readKubeconfig } from './kubeconfig.ts';
import { nodeNameOf } from './node-name.ts';
import { invalid } from './yaml-cursor.ts';

/** Who we are to the cluster, with the secret. It never leaves lib/kube. */
export interface Session {
  readonly kind: 'session';
  readonly kubeconfig: Kubeconfig;
  readonly credential: Credential;
  readonly ca?: string;
  readonly identity: ClusterIdentity;
}
export type SessionAnswer = Session | Exclude<IdentityAnswer, ClusterIdentity>;

export type IdentityHost = Pick<HostView, 'clock' | 'readFile' | 'fileStatus' | 'run'>;
export interface IdentityOptions extends Discovery {
  readonly host: IdentityHost;
  /** `nodeName` of the configuration. */
  readonly nodeName?: string;
}

/** The kubelet's node name from its own certificate; without a right to read it, nothing. */
async function kubeletUser(host: IdentityHost, file: string | undefined): Promise<string | undefined> {
  if (file === undefined || file === '') return undefined;
  try {
    const { certificate } = (await readKubeconfig(host, file)).user;
    return certificate === undefined ? undefined : describeCertificate(file, await pemOf(host, certificate)).user;
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    return undefined;
  }
}

/** A program that a file names is run as root: the file that was found must be root's. One that a person named is the person's matter. */
async function refuseForeignPlugin(host: IdentityHost, { origin, file }: Place): Promise<void> {
  if (origin === 'option') return;
  const status = await host.fileStatus(file);
  if (status.kind === 'status' && othersMayWrite(status))
    throw invalid(file, 'names a credential plugin, and others than root may write the file');
}

async function open(options: IdentityOptions, place: Place): Promise<Session> {
  const { host, nodeName: configured } = options;
  const { origin, file } = place;
  const kubeconfig = await readKubeconfig(host, file);
  if (kubeconfig.user.exec !== undefined) await refuseForeignPlugin(host, place);
  const [credential, ca, places, hostname] = await Promise.all([
    loadCredential(host, kubeconfig),
    kubeconfig.ca === undefined ? undefined : pemOf(host, kubeconfig.ca),
    options.kubelet(),
    host.readFile('/proc/sys/kernel/hostname'),
  ]);
  const ours = origin === 'kubelet' ? credential.user : await kubeletUser(host, places.kubeconfig);
  const name = nodeNameOf({
    ...present('configured', configured),
    users: [credential.user, ours],
    ...present('hostnameOverride', places.hostnameOverride),
    hostname: hostname.kind === 'text' ? hostname.text : '',
  });
  const identity: ClusterIdentity = {
    kind: 'identity',
    origin,
    file,
    server: kubeconfig.server,
    credential: credential.kind,
    ...present('user', credential.user),
    ...present('expiresAt', credential.expiresAt),
    ...name,
  };
  return { kind: 'session', kubeconfig, credential, ...present('ca', ca), identity };
}

/** Finds the kubeconfig of this host, and opens it. */
export async function openSession(options: IdentityOptions): Promise<SessionAnswer> {
  const place = await discoverKubeconfig(options);
  if (place === undefined) return { kind: 'none', reason: 'no kubeconfig: this host has not joined a cluster' };
  try {
    return await open(options, place);
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    return { kind: 'unusable', file: place.file, reason: error.message };
  }
}
