import { type Layout, missing, output, textThatBegins, withProcesses, withUnit } from './layout.ts';

const data = '/var/lib/rancher/k3s/data/8c2b0191f6e36ec6f3cb68e2302fcc4be850c6db31ec5f8a74e4b3be403101d8/bin';
const agent = '/var/lib/rancher/k3s/agent';

/** As the installer writes it. */
const unit = { FragmentPath: '/etc/systemd/system/k3s.service', DropInPaths: '', RestartUSec: '5s' };

/**
 * k3s 1.20 (pkg/daemons/agent, pkg/agent/containerd, install.sh): one process `k3s-server` that is kubelet and API server, its
 * containerd as a child in the same unit, everything below /var/lib/rancher/k3s, no file and no flag of the kubelet's to be seen.
 */
export const k3s: Layout = {
  name: 'layout-k3s',
  title: 'a healthy k3s server: kubelet and containerd inside one unit',
  from: 'healthy-containerd',
  words: [
    [/kubelet\.service/g, 'k3s.service'],
    [/\/system\.slice\/containerd\.service/g, '/system.slice/k3s.service'],
    [/\/run\/containerd\//g, '/run/k3s/containerd/'],
    [/\/var\/lib\/containerd/g, `${agent}/containerd`],
    [/\/etc\/containerd\/config\.toml/g, `${agent}/etc/containerd/config.toml`],
    [/\/etc\/cni\/net\.d/g, `${agent}/etc/cni/net.d`],
    [/\/etc\/kubernetes\/kubelet\.conf/g, `${agent}/kubelet.kubeconfig`],
    [/\/var\/lib\/kubelet\/pki\/kubelet-client-current\.pem/g, `${agent}/client-kubelet.crt`],
    [/\/usr\/bin\/containerd-shim-runc-v2/g, `${data}/containerd-shim-runc-v2`],
    [/Name:\\tkubelet\\n/g, 'Name:\\tk3s-server\\n'],
    [/\((kubelet)\) ([RS]) /g, '(k3s-server) $2 '],
    [/v1\.20\.2/g, 'v1.20.2+k3s1'],
    [/1\.6\.20(~ds1)?/g, '1.4.3-k3s1'],
    [/"runtimeApiVersion":"v1"/g, '"runtimeApiVersion":"v1alpha2"'],
    [/\b(containerd|docker\.io|runc) \S+ install ok installed\\n/g, ''],
  ],
  answers: [
    [
      /^processes/,
      (before) =>
        withProcesses(before, (entry, entries) => {
          if (entry.name === 'kubelet') return { ...entry, name: 'k3s-server' };
          const server = entries.find(({ name }) => name === 'kubelet')?.pid;
          return entry.name === 'containerd' && server !== undefined ? { ...entry, parent: server } : entry;
        }),
    ],
    [/^readFile \/proc\/\d+\/cmdline$/, textThatBegins('/usr/bin/kubelet', '/usr/local/bin/k3s\0server\0')],
    [/^run \["\/proc\/\d+\/exe","--version"\]/, output('k3s version v1.20.2+k3s1 (1d4adb03)\ngo version go1.15.5\n')],
    [/^run \["systemctl","show".*,"k3s\.service"\]$/, (before) => withUnit(before, 'k3s.service', unit)],
    [/^run \["systemctl","show".*"containerd\.service"/, (before) => withUnit(before, 'containerd.service')],
    [/^criCall /, (before) => ({ ...(before as object), version: 'v1alpha2' })],
    [/^(readFile|fileStatus) \/var\/lib\/kubelet\/(config\.yaml|pki\/)/, missing],
    [/^readFile \/etc\/kubernetes\//, missing],
    [/^listDirectory \/etc\/kubernetes/, missing],
    [/^clusterIdentity$/, (before) => ({ ...(before as object), origin: 'well-known' })],
  ],
  more: (recorded) => {
    const socket = recorded.find(
      ({ ask, answer }) =>
        ask === 'fileStatus /run/k3s/containerd/containerd.sock' && (answer as { readonly kind: string }).kind === 'status',
    );
    return [...(socket === undefined ? [] : [socket]), { ask: 'fileStatus /run/containerd/containerd.sock', answer: missing() }];
  },
};
