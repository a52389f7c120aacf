import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { must } from './run.ts';

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** The lab's own certificate authority, in a directory that only root reads. */
export interface Authority {
  readonly ca: string;
  issue(file: string, subject: string, names?: readonly string[]): Promise<Certificate>;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
const days = ['-days', '365'];

export async function makeAuthority(directory: string): Promise<Authority> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const ca = join(directory, 'ca.crt');
  const caKey = join(directory, 'ca.key');
  if (!existsSync(ca)) {
    const uses = ['-addext', 'keyUsage=critical,digitalSignature,keyCertSign,cRLSign'];
    await must(['openssl', 'req', '-x509', ...newKey, ...days, '-subj', '/CN=kubernetes', ...uses, '-keyout', caKey, '-out', ca]);
  }

  return {
    ca,
    /** `names` are what a server answers to, `IP:…` or `DNS:…`; without them the certificate is a client's. */
    async issue(file, subject, names) {
      const cert = join(directory, `${file}.crt`);
      const key = join(directory, `${file}.key`);
      const purpose =
        names === undefined
          ? ['extendedKeyUsage=clientAuth']
          : ['extendedKeyUsage=serverAuth', `subjectAltName=${names.join(',')}`];
      const extensions = ['basicConstraints=critical,CA:FALSE', ...purpose].flatMap((extension) => ['-addext', extension]);
      const signer = ['-CA', ca, '-CAkey', caKey];
      await must([
        'openssl',
        'req',
        '-x509',
        ...signer,
        ...newKey,
        ...days,
        '-subj',
        subject,
        ...extensions,
        '-keyout',
        key,
        '-out',
        cert,
      ]);
      chmodSync(key, 0o600);
      return { cert, key };
    },
  };
}

/** What a kubeconfig needs: data is embedded, paths are named, as kubeadm does for the kubelet. */
export interface Kubeconfig {
  readonly server: string;
  readonly ca: string;
  readonly user: string;
  readonly certificate: Certificate | { readonly path: string };
}

export function renderKubeconfig({ server, ca, user, certificate }: Kubeconfig): string {
  const data = (path: string): string => readFileSync(path).toString('base64');
  const credentials =
    'path' in certificate
      ? [`client-certificate: ${certificate.path}`, `client-key: ${certificate.path}`]
      : [`client-certificate-data: ${data(certificate.cert)}`, `client-key-data: ${data(certificate.key)}`];
  return `apiVersion: v1
kind: Config
clusters:
- name: kubernetes
  cluster:
    certificate-authority-data: ${data(ca)}
    server: ${server}
contexts:
- name: ${user}@kubernetes
  context:
    cluster: kubernetes
    user: ${user}
current-context: ${user}@kubernetes
preferences: {}
users:
- name: ${user}
  user:
    ${credentials.join('\n    ')}
`;
}
