import type { HostView } from '../../host/host.ts';
import type { KubeletPlaces } from '../../model/kubelet-places.ts';
import { defineSource, type ReadContext } from '../../model/source.ts';
import { seconds } from '../../model/units.ts';
import { kubeletCommand } from './kubelet-command.ts';
import { readConfigLayers } from './kubelet-config-files.ts';
import { mergedConfig } from './kubelet-config-merge.ts';
import { flagText, parseFlags } from './kubelet-flags.ts';

const named = (key: keyof KubeletPlaces, value: unknown) => (typeof value === 'string' && value !== '' ? { [key]: value } : {});

/**
 * From its command line and files alone. The kubelet's settings, which ask the kubelet too, need an identity to ask with,
 * and the identity is looked for here.
 */
async function read(host: HostView, { use }: ReadContext): Promise<KubeletPlaces> {
  const { argv, layout, pid } = await use(kubeletCommand);
  const flags = parseFlags(argv.slice(1));
  const [file, directory] = [flagText(flags, 'config'), flagText(flags, 'config-dir')];
  const layers = await readConfigLayers(host, {
    root: layout === 'container' && pid !== undefined ? `/proc/${pid}/root` : '',
    ...(file === undefined ? {} : { file }),
    ...(directory === undefined ? {} : { directory }),
  });
  return {
    ...named('kubeconfig', flagText(flags, 'kubeconfig')),
    ...named('hostnameOverride', flagText(flags, 'hostname-override')),
    ...named('certDirectory', flagText(flags, 'cert-dir')),
    ...named('tlsCertFile', flagText(flags, 'tls-cert-file') ?? mergedConfig(layers).tlsCertFile),
  };
}

export const kubeletPlaces = defineSource<KubeletPlaces>({ id: 'kubelet-places', deadline: seconds(6), read });
