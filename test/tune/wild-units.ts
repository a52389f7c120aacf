import type { UnitFixture } from './units.ts';
import { fixtures, KUBEADM } from './units.ts';

const FRAGMENT = '/usr/lib/systemd/system/kubelet.service';
const D = '/etc/systemd/system/kubelet.service.d';
const file = (...lines: string[]) => `${lines.join('\n')}\n`;

/** As distributions and installers ship them. */
export const vendors: readonly UnitFixture[] = [
  {
    name: 'kubeadm on RHEL: /etc/sysconfig/kubelet',
    files: {
      [FRAGMENT]: file('[Service]', 'ExecStart=/usr/bin/kubelet', 'Restart=always', 'StartLimitInterval=0', 'RestartSec=10'),
      '/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf': KUBEADM.replace(
        '/etc/default/kubelet',
        '/etc/sysconfig/kubelet',
      ),
      '/etc/sysconfig/kubelet': 'KUBELET_EXTRA_ARGS=\n',
    },
    argv: [
      '/usr/bin/kubelet',
      '--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf',
      '--kubeconfig=/etc/kubernetes/kubelet.conf',
      '--config=/var/lib/kubelet/config.yaml',
    ],
  },
  {
    name: 'kubespray: a file of many variables, one flag per line',
    files: {
      '/etc/systemd/system/kubelet.service': file(
        '[Unit]',
        'Description=Kubernetes Kubelet Server',
        'Wants=containerd.service',
        '',
        '[Service]',
        'EnvironmentFile=-/etc/kubernetes/kubelet.env',
        'ExecStart=/usr/local/bin/kubelet \\',
        '\t\t$KUBE_LOGTOSTDERR \\',
        '\t\t$KUBE_LOG_LEVEL \\',
        '\t\t$KUBELET_API_SERVER \\',
        '\t\t$KUBELET_ADDRESS \\',
        '\t\t$KUBELET_ARGS',
        'Restart=always',
        'RestartSec=10s',
        '',
        '[Install]',
        'WantedBy=multi-user.target',
      ),
      '/etc/kubernetes/kubelet.env': file(
        'KUBE_LOG_LEVEL="--v=2"',
        'KUBELET_ADDRESS="--node-ip=10.0.0.4"',
        '',
        'KUBELET_ARGS="--config=/etc/kubernetes/kubelet-config.yaml \\',
        '--kubeconfig=/etc/kubernetes/kubelet.conf \\',
        ' "',
      ),
    },
    argv: [
      '/usr/local/bin/kubelet',
      '--v=2',
      '--node-ip=10.0.0.4',
      '--config=/etc/kubernetes/kubelet-config.yaml',
      '--kubeconfig=/etc/kubernetes/kubelet.conf',
    ],
  },
  {
    name: 'a cloud image: everything in drop-ins, the arguments in files of one variable each',
    files: {
      '/etc/systemd/system/kubelet.service': file(
        '[Service]',
        'Slice=runtime.slice',
        'ExecStartPre=/sbin/iptables -P FORWARD ACCEPT -w 5',
        'ExecStart=/usr/bin/kubelet \\',
        '    --config /etc/kubernetes/kubelet/kubelet-config.json \\',
        '    --kubeconfig /var/lib/kubelet/kubeconfig \\',
        '    --container-runtime-endpoint unix:///run/containerd/containerd.sock \\',
        '    $KUBELET_ARGS \\',
        '    $KUBELET_EXTRA_ARGS',
      ),
      [`${D}/10-kubelet-args.conf`]: file('[Service]', "Environment='KUBELET_ARGS=--node-ip=10.0.0.4 --v=2'"),
      [`${D}/30-kubelet-extra-args.conf`]: file(
        '[Service]',
        "Environment='KUBELET_EXTRA_ARGS=--node-labels=a=b,c=d --max-pods=17'",
      ),
    },
    argv: [
      '/usr/bin/kubelet',
      '--config',
      '/etc/kubernetes/kubelet/kubelet-config.json',
      '--kubeconfig',
      '/var/lib/kubelet/kubeconfig',
      '--container-runtime-endpoint',
      'unix:///run/containerd/containerd.sock',
      '--node-ip=10.0.0.4',
      '--v=2',
      '--node-labels=a=b,c=d',
      '--max-pods=17',
    ],
  },
  {
    name: 'a cloud image: variables in braces inside of words',
    files: {
      '/etc/systemd/system/kubelet.service': file(
        '[Service]',
        'EnvironmentFile=/etc/default/kubelet',
        'SuccessExitStatus=143',
        'ExecStart=/usr/local/bin/kubelet \\',
        '        --enable-server \\',
        `        --node-labels="\${KUBELET_NODE_LABELS}" \\`,
        '        --v=2 \\',
        '        $KUBELET_TLS_BOOTSTRAP_FLAGS \\',
        '        $KUBELET_CONFIG_FILE_FLAGS \\',
        '        $KUBELET_FLAGS',
      ),
      '/etc/default/kubelet': file(
        'KUBELET_FLAGS=--address=0.0.0.0 --eviction-hard=memory.available<750Mi,nodefs.available<10%,nodefs.inodesFree<5%',
        'KUBELET_NODE_LABELS=agentpool=a,role=b',
      ),
    },
    argv: [
      '/usr/local/bin/kubelet',
      '--enable-server',
      '--node-labels=agentpool=a,role=b',
      '--v=2',
      '--address=0.0.0.0',
      '--eviction-hard=memory.available<750Mi,nodefs.available<10%,nodefs.inodesFree<5%',
    ],
  },
  {
    name: 'a bare unit by hand, with a shell’s habits in it',
    files: {
      '/etc/systemd/system/kubelet.service': file(
        '[Service]',
        '; the node’s own address',
        'Environment=NODE_IP=10.0.0.4',
        "ExecStart=-/opt/kubernetes/bin/kubelet --logtostderr=true '--hostname-override=node 1' \\",
        `  --node-ip=\${NODE_IP} --cluster-dns=10.0.0.2 --eviction-hard 'memory.available<5%%' --fail-swap-on=false`,
      ),
    },
    argv: [
      '/opt/kubernetes/bin/kubelet',
      '--logtostderr=true',
      '--hostname-override=node 1',
      '--node-ip=10.0.0.4',
      '--cluster-dns=10.0.0.2',
      '--eviction-hard',
      'memory.available<5%',
      '--fail-swap-on=false',
    ],
  },
  {
    name: 'thresholds in two places, the later one in force',
    files: {
      [FRAGMENT]: file('[Service]', 'ExecStart=/usr/bin/kubelet'),
      [`${D}/10-kubeadm.conf`]: KUBEADM,
      '/var/lib/kubelet/kubeadm-flags.env': 'KUBELET_KUBEADM_ARGS="--v=1 --eviction-hard=memory.available<1%"\n',
      '/etc/default/kubelet': 'KUBELET_EXTRA_ARGS="--eviction-hard=memory.available<2%"\n',
    },
    argv: [
      '/usr/bin/kubelet',
      '--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf',
      '--kubeconfig=/etc/kubernetes/kubelet.conf',
      '--config=/var/lib/kubelet/config.yaml',
      '--v=1',
      '--eviction-hard=memory.available<1%',
      '--eviction-hard=memory.available<2%',
    ],
  },
];

/** Of those that can be told: the command line is known. */
export const tellable: readonly (UnitFixture & { readonly argv: readonly string[] })[] = [...fixtures, ...vendors].flatMap(
  (one) => (typeof one.argv === 'string' ? [] : [{ ...one, argv: one.argv }]),
);
