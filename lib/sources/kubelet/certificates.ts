import { AgentError } from '../../errors.ts';
import type { HostView, PathFailure } from '../../host/host.ts';
import { explainPathFailure } from '../../model/path-failure.ts';
import { defineSource, type ReadContext } from '../../model/source.ts';
import { KiB, seconds } from '../../model/units.ts';
import { clusterIdentity } from '../cluster/cluster-identity.ts';
import { type Certificate, certificateBlocks, parseCertificate } from './certificate.ts';
import { certificatesOfKubeconfig } from './kubeconfig-certificates.ts';
import { type KubeletSettings, kubeletSettings } from './kubelet-settings.ts';

/** `serving-default`: made by the kubelet itself at its first start; hardly anything verifies it. */
export type CertificateUse = 'client' | 'serving' | 'serving-default' | 'control-plane' | 'authority';

export interface CertificateFile {
  /** Path, and for a kubeconfig the key inside: `/etc/kubernetes/admin.conf client-certificate-data`. */
  readonly place: string;
  readonly use: CertificateUse;
  /** The kubelet renews it by itself. */
  readonly rotates: boolean;
  /** In file order: the leaf first; of an authority's bundle all. */
  readonly certificates: readonly Certificate[];
}

export interface Certificates {
  readonly files: readonly CertificateFile[];
  readonly problems: readonly { readonly place: string; readonly why: string }[];
}

const KUBEADM = '/etc/kubernetes';

interface Place {
  readonly path: string;
  readonly use: CertificateUse;
  readonly rotates?: boolean;
}

type Reading = Certificates | 'missing';

const none: Certificates = { files: [], problems: [] };
const failed = (place: string, failure: PathFailure): Certificates => ({
  files: [],
  problems: [{ place, why: explainPathFailure(failure) }],
});

function fromPem(pem: string, { path, use, rotates = false }: Place): Certificates {
  const certificates = certificateBlocks(pem).flatMap((block) => parseCertificate(block) ?? []);
  if (certificates.length === 0)
    return { files: [], problems: [{ place: path, why: pem === '' ? 'taken out of the recording' : 'no certificate in it' }] };
  return { files: [{ place: path, use, rotates, certificates }], problems: [] };
}

async function readPem(host: HostView, place: Place): Promise<Reading> {
  const answer = await host.readFile(place.path, { maxBytes: 512 * KiB });
  if (answer.kind === 'missing') return 'missing';
  return answer.kind === 'text' ? fromPem(answer.text, place) : failed(place.path, answer);
}

async function readKubeconfig(host: HostView, { path, use }: Place): Promise<{ found: Certificates; paths: readonly string[] }> {
  const answer = await host.readFile(path, { maxBytes: 512 * KiB });
  if (answer.kind === 'missing') return { found: none, paths: [] };
  if (answer.kind !== 'text') return { found: failed(path, answer), paths: [] };
  const content = certificatesOfKubeconfig(answer.text);
  if (content === undefined) return { found: { files: [], problems: [{ place: path, why: 'not YAML' }] }, paths: [] };
  const place = `${path} client-certificate-data`;
  return { found: merge(content.embedded.map((pem) => fromPem(pem, { path: place, use }))), paths: content.paths };
}

function merge(readings: readonly Reading[]): Certificates {
  const found = readings.filter((reading) => reading !== 'missing');
  return { files: found.flatMap(({ files }) => files), problems: found.flatMap(({ problems }) => problems) };
}

async function listPem(host: HostView, directory: string): Promise<Place[]> {
  const answer = await host.listDirectory(directory);
  const names = answer.kind === 'entries' ? answer.names.filter((name) => name.endsWith('.crt')).slice(0, 64) : [];
  return names.map((name) => ({ path: `${directory}/${name}`, use: name.endsWith('ca.crt') ? 'authority' : 'control-plane' }));
}

/** The kubelet signs with an authority of the moment: `web-1-ca@1767225600` (client-go util/cert). */
const isSelfMade = ({ certificates: [leaf] }: CertificateFile): boolean => /-ca@\d+$/.test(leaf?.issuer ?? '');

/** The one it serves with: named, or renewed by itself, or made at its first start. */
async function readServing(host: HostView, settings: KubeletSettings): Promise<Reading> {
  if (settings.tlsCertFile !== undefined) return readPem(host, { path: settings.tlsCertFile, use: 'serving' });
  const directory = settings.certDirectory;
  const current = await readPem(host, { path: `${directory}/kubelet-server-current.pem`, use: 'serving', rotates: true });
  if (current !== 'missing') return current;
  const own = await readPem(host, { path: `${directory}/kubelet.crt`, use: 'serving' });
  if (own === 'missing') return own;
  return { ...own, files: own.files.map((file) => (isSelfMade(file) ? { ...file, use: 'serving-default' } : file)) };
}

/** A kubelet inside k3s or rke2 shows no flag: its kubeconfig is where that distribution has it. */
async function kubeconfigOf(settings: KubeletSettings, { use }: ReadContext): Promise<string | undefined> {
  if (settings.kubeconfig !== undefined) return settings.kubeconfig;
  const identity = await use(clusterIdentity).catch(() => undefined);
  return identity?.kind === 'identity' && identity.origin === 'well-known' ? identity.file : undefined;
}

async function readKubelet(host: HostView, settings: KubeletSettings, context: ReadContext): Promise<Certificates> {
  const current = `${settings.certDirectory}/kubelet-client-current.pem`;
  const kubeconfig = await kubeconfigOf(settings, context);
  const [config, own, serving, authority] = await Promise.all([
    kubeconfig === undefined ? { found: none, paths: [] } : readKubeconfig(host, { path: kubeconfig, use: 'client' }),
    readPem(host, { path: current, use: 'client', rotates: true }),
    readServing(host, settings),
    settings.clientCaFile === undefined ? none : readPem(host, { path: settings.clientCaFile, use: 'authority' }),
  ]);
  // A relative path counts from the kubeconfig's own directory.
  const directory = kubeconfig?.slice(0, kubeconfig.lastIndexOf('/')) ?? '';
  const absolute = config.paths.map((path) => (path.startsWith('/') ? path : `${directory}/${path}`));
  const named = absolute.filter((path) => path !== current);
  const others = await Promise.all(named.map((path) => readPem(host, { path, use: 'client' })));
  return merge([own, config.found, ...others, serving, authority]);
}

async function readControlPlane(host: HostView): Promise<Certificates> {
  const pems = (await Promise.all([listPem(host, `${KUBEADM}/pki`), listPem(host, `${KUBEADM}/pki/etcd`)])).flat();
  const configs = ['admin.conf', 'super-admin.conf', 'controller-manager.conf', 'scheduler.conf'];
  const readings = await Promise.all([
    ...pems.map((place) => readPem(host, place)),
    ...configs.map(async (name) => (await readKubeconfig(host, { path: `${KUBEADM}/${name}`, use: 'control-plane' })).found),
  ]);
  return merge(readings);
}

async function readAll(host: HostView, context: ReadContext): Promise<Certificates> {
  const ofKubelet = async (): Promise<Certificates> => {
    try {
      return await readKubelet(host, await context.use(kubeletSettings), context);
    } catch (error) {
      if (!(error instanceof AgentError)) throw error;
      return { files: [], problems: [{ place: "the kubelet's certificates", why: error.message }] };
    }
  };
  const { files, problems } = merge(await Promise.all([ofKubelet(), readControlPlane(host)]));
  const byPlace = new Map(files.map((file) => [file.place, file]));
  return { files: [...byPlace.values()], problems };
}

/** The certificates this node lives by: the kubelet's, the cluster's authority, and on a control plane kubeadm's. */
export const certificates = defineSource<Certificates>({ id: 'certificates', deadline: seconds(9), read: readAll });
