import { AgentError } from '../errors.ts';
import type { ClusterIdentity, HostView, IdentityAnswer } from '../host/host.ts';
import { othersMayWrite } from '../model/file-owner.ts';
import { present } from '../model/present.ts';
import { type Duration, type Instant, minutes, seconds } from '../model/units.ts';
import { type Credential, describeCertificate, loadCredential, pemOf, watchedFiles } from './credential.ts';
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

export interface Identities {
  current(): Promise<SessionAnswer>;
  /** As it was some seconds ago at most: who only wants the name of the Node need not have the files looked at. */
  lately(): Promise<SessionAnswer>;
  /** The server refused the credential: a token or plugin is asked again, at most every 10 s. */
  refused(session: Session): void;
}

/** A kubeconfig of our own may appear at any time; a plugin must not run for every refused request. */
const DISCOVER_AGAIN = minutes(1);
const TRY_AGAIN = seconds(2);
const LATELY = seconds(30);
const REFRESH_AFTER = seconds(10);

interface Held {
  readonly answer: SessionAnswer;
  readonly stamp: string;
  readonly at: Duration;
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

async function discover(options: IdentityOptions): Promise<SessionAnswer> {
  const place = await discoverKubeconfig(options);
  if (place === undefined) return { kind: 'none', reason: 'no kubeconfig: this host has not joined a cluster' };
  try {
    return await open(options, place);
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    return { kind: 'unusable', file: place.file, reason: error.message };
  }
}

/** One session, opened again when a file behind it changes (rotated certificates), it expires, or a better kubeconfig may exist. */
export function identities(options: IdentityOptions): Identities {
  const { clock, fileStatus } = options.host;
  let held: Held | undefined;
  let lookedAt: Duration = Number.NEGATIVE_INFINITY;
  let opening: Promise<SessionAnswer> | undefined;

  async function stampOf(answer: SessionAnswer): Promise<string> {
    if (answer.kind !== 'session') return '';
    const states = await Promise.all(watchedFiles(answer.kubeconfig).map((file) => fileStatus(file)));
    return states
      .map((state) => (state.kind === 'status' ? `${state.inode}:${state.modifiedAt}:${state.size}` : state.kind))
      .join();
  }

  const lapsed = (expiresAt: Instant | undefined) => expiresAt !== undefined && expiresAt - REFRESH_AFTER <= clock.now();

  async function isFresh({ answer, stamp, at }: Held): Promise<boolean> {
    const age = clock.monotonic() - at;
    if (answer.kind !== 'session') return age < TRY_AGAIN;
    if (age >= DISCOVER_AGAIN && answer.credential.kind !== 'exec') return false;
    if (lapsed(answer.credential.expiresAt) && age >= REFRESH_AFTER) return false;
    return stamp === (await stampOf(answer));
  }

  async function renew(): Promise<SessionAnswer> {
    if (held !== undefined && (await isFresh(held))) return held.answer;
    const fresh = await discover(options);
    const stamp = await stampOf(fresh);
    const answer = held !== undefined && isSame(held.answer, fresh) ? held.answer : fresh;
    held = { answer, stamp, at: clock.monotonic() };
    return answer;
  }

  function current(): Promise<SessionAnswer> {
    lookedAt = clock.monotonic();
    opening ??= renew().finally(() => {
      opening = undefined;
    });
    return opening;
  }

  return {
    current,
    async lately() {
      const isLately = held?.answer.kind === 'session' && clock.monotonic() - lookedAt < LATELY;
      return isLately && held !== undefined ? held.answer : current();
    },
    refused(session) {
      if (held?.answer === session && clock.monotonic() - held.at >= REFRESH_AFTER) held = undefined;
    },
  };
}

/** The same object keeps its connections. */
function isSame(before: SessionAnswer, after: SessionAnswer): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}
