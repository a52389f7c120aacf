import { parse } from 'yaml';
import type { HostView } from '../../host/host.ts';
import { toObject, toObjects, toText } from '../../model/json.ts';
import { seconds } from '../../model/units.ts';

/** The certificates of a bundle, each as one line: how they are wrapped says nothing. */
function certificatesOf(pem: string): readonly string[] {
  return [...pem.matchAll(/-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/g)].map(([, body = '']) =>
    body.replaceAll(/\s/g, ''),
  );
}

async function textOf(host: HostView, path: string): Promise<string> {
  const answer = await host.readFile(path, { deadline: seconds(4) });
  return answer.kind === 'text' ? answer.text : '';
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** The authorities a kubeconfig trusts, whichever of its clusters they stand at; paths are as `root` sees them. */
async function authoritiesOf(host: HostView, file: string, root: string): Promise<readonly string[]> {
  const clusters = toObjects(toObject(parsed(await textOf(host, `${root}${file}`))).clusters);
  const texts = await Promise.all(
    clusters.map(async (entry) => {
      const cluster = toObject(entry.cluster);
      const data = toText(cluster['certificate-authority-data']);
      if (data !== '') return Buffer.from(data, 'base64').toString('latin1');
      const path = toText(cluster['certificate-authority']);
      if (path === '') return '';
      return textOf(host, path.startsWith('/') ? `${root}${path}` : `${root}${file.slice(0, file.lastIndexOf('/') + 1)}${path}`);
    }),
  );
  return texts.flatMap(certificatesOf);
}

/** Certificates that a program was told to trust: files of PEM, and kubeconfigs. */
export async function trustedBy(
  host: HostView,
  root: string,
  flags: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const files = [flags['root-ca-file'] ?? '', flags['client-ca-file'] ?? ''].filter((file) => file.startsWith('/'));
  const read = await Promise.all(files.map(async (file) => certificatesOf(await textOf(host, `${root}${file}`))));
  const { kubeconfig } = flags;
  const more = kubeconfig?.startsWith('/') === true ? await authoritiesOf(host, kubeconfig, root) : [];
  return [...read.flat(), ...more];
}

export const authoritiesOfKubeconfig = (host: HostView, file: string): Promise<readonly string[]> =>
  authoritiesOf(host, file, '');
