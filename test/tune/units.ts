/** Units as met in the wild, and what systemd runs for them. */
export interface UnitFixture {
  readonly name: string;
  readonly unit?: string;
  readonly files: Readonly<Record<string, string>>;
  /** A text: why it cannot be told. */
  readonly argv: readonly string[] | string;
}

const FRAGMENT = '/usr/lib/systemd/system/kubelet.service';
const D = '/etc/systemd/system/kubelet.service.d';
const PLAIN = '[Unit]\nDescription=kubelet: The Kubernetes Node Agent\n\n[Service]\nExecStart=/usr/bin/kubelet\nRestart=always\n';
const service = (...lines: string[]) => `[Service]\n${lines.join('\n')}\n`;
const one = (...lines: string[]) => ({ [FRAGMENT]: service(...lines) });

/** kubeadm's own, as its packages install it. */
export const KUBEADM = `# Note: This dropin only works with kubeadm and kubelet v1.11+
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
# This is a file that "kubeadm init" and "kubeadm join" generate at runtime, populating the KUBELET_KUBEADM_ARGS variable dynamically
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
# This is a file that the user can use for overrides of the kubelet args as a last resort.
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
`;

export const KUBEADM_ARGV = [
  '/usr/bin/kubelet',
  '--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf',
  '--kubeconfig=/etc/kubernetes/kubelet.conf',
  '--config=/var/lib/kubelet/config.yaml',
];

/** I1 of docs/benchmarks.md: Kubernetes 1.7, every flag in a variable of its own, no file for extra arguments. */
export const I1 = `[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--kubeconfig=/etc/kubernetes/kubelet.conf --require-kubeconfig=true"
Environment="KUBELET_SYSTEM_PODS_ARGS=--pod-manifest-path=/etc/kubernetes/manifests --allow-privileged=true"
Environment="KUBELET_NETWORK_ARGS=--network-plugin=cni --cni-conf-dir=/etc/cni/net.d --cni-bin-dir=/opt/cni/bin"
Environment="KUBELET_DNS_ARGS=--cluster-dns=10.96.0.10 --cluster-domain=cluster.local"
Environment="KUBELET_AUTHZ_ARGS=--authorization-mode=Webhook --client-ca-file=/etc/kubernetes/pki/ca.crt"
Environment="KUBELET_CADVISOR_ARGS=--cadvisor-port=0"
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_SYSTEM_PODS_ARGS $KUBELET_NETWORK_ARGS $KUBELET_DNS_ARGS $KUBELET_AUTHZ_ARGS $KUBELET_CADVISOR_ARGS $KUBELET_EXTRA_ARGS
`;

export const I1_ARGV = [
  '/usr/bin/kubelet',
  '--kubeconfig=/etc/kubernetes/kubelet.conf',
  '--require-kubeconfig=true',
  '--pod-manifest-path=/etc/kubernetes/manifests',
  '--allow-privileged=true',
  '--network-plugin=cni',
  '--cni-conf-dir=/etc/cni/net.d',
  '--cni-bin-dir=/opt/cni/bin',
  '--cluster-dns=10.96.0.10',
  '--cluster-domain=cluster.local',
  '--authorization-mode=Webhook',
  '--client-ca-file=/etc/kubernetes/pki/ca.crt',
  '--cadvisor-port=0',
];

/** The same, as its operator changed it: one signal alone. */
export const I1_REPAIRED = I1.replace(
  'ExecStart=\n',
  'Environment="KUBELET_EVICTION_POLICY_ARGS=--eviction-hard=nodefs.available<5%%"\nExecStart=\n',
).replace('$KUBELET_EXTRA_ARGS', '$KUBELET_EXTRA_ARGS $KUBELET_EVICTION_POLICY_ARGS');

const kubeadm = (files: Readonly<Record<string, string>>) => ({ [FRAGMENT]: PLAIN, [`${D}/10-kubeadm.conf`]: KUBEADM, ...files });

export const fixtures: readonly UnitFixture[] = [
  { name: 'a plain unit', files: { [FRAGMENT]: PLAIN }, argv: ['/usr/bin/kubelet'] },
  { name: 'kubeadm without its files', files: kubeadm({}), argv: KUBEADM_ARGV },
  {
    name: 'kubeadm with both files',
    files: kubeadm({
      '/var/lib/kubelet/kubeadm-flags.env':
        'KUBELET_KUBEADM_ARGS="--network-plugin=cni --pod-infra-container-image=k8s.gcr.io/pause:3.2"\n',
      '/etc/default/kubelet': 'KUBELET_EXTRA_ARGS=--node-ip=10.0.0.4\n',
    }),
    argv: [...KUBEADM_ARGV, '--network-plugin=cni', '--pod-infra-container-image=k8s.gcr.io/pause:3.2', '--node-ip=10.0.0.4'],
  },
  { name: 'incident I1', files: { '/lib/systemd/system/kubelet.service': PLAIN, [`${D}/10-kubeadm.conf`]: I1 }, argv: I1_ARGV },
  {
    name: 'I1 as its operator repaired it',
    files: {
      '/lib/systemd/system/kubelet.service': PLAIN,
      [`${D}/10-kubeadm.conf`]: I1_REPAIRED,
    },
    argv: [...I1_ARGV, '--eviction-hard=nodefs.available<5%'],
  },
  {
    name: 'a percent sign that was not doubled, at the end and before a comma',
    files: one('Environment="E=--eviction-hard=nodefs.available<5%,imagefs.available<15%"', 'ExecStart=/k $E'),
    argv: ['/k', '--eviction-hard=nodefs.available<5%,imagefs.available<15%'],
  },
  {
    name: 'drop-ins by name across /usr/lib, /run and /etc',
    files: {
      [FRAGMENT]: PLAIN,
      '/usr/lib/systemd/system/kubelet.service.d/30-a.conf': service('ExecStart=', 'ExecStart=/usr/bin/kubelet --from=lib'),
      '/run/systemd/system/kubelet.service.d/20-a.conf': service('ExecStart=', 'ExecStart=/usr/bin/kubelet --from=run'),
      [`${D}/10-a.conf`]: service('ExecStart=', 'ExecStart=/usr/bin/kubelet --from=etc'),
    },
    argv: ['/usr/bin/kubelet', '--from=lib'],
  },
  {
    name: '/etc hides a drop-in of the same name in /usr/lib and /run',
    files: {
      [FRAGMENT]: PLAIN,
      '/usr/lib/systemd/system/kubelet.service.d/10-a.conf': service('ExecStart=', 'ExecStart=/usr/bin/kubelet --from=lib'),
      '/run/systemd/system/kubelet.service.d/10-a.conf': service('ExecStart=', 'ExecStart=/usr/bin/kubelet --from=run'),
      [`${D}/10-a.conf`]: service('Environment=X=1'),
    },
    argv: ['/usr/bin/kubelet'],
  },
  {
    name: '/etc has a unit of its own',
    files: { [FRAGMENT]: PLAIN, '/etc/systemd/system/kubelet.service': service('ExecStart=/opt/bin/kubelet --own') },
    argv: ['/opt/bin/kubelet', '--own'],
  },
  {
    name: 'continuation lines',
    files: one('ExecStart=/usr/bin/kubelet \\', '  --config=/c.yaml \\', '\t--v=2'),
    argv: ['/usr/bin/kubelet', '--config=/c.yaml', '--v=2'],
  },
  {
    name: 'a continuation inside a word',
    files: one('ExecStart=/usr/bin/kubelet --node-labels=a=b,\\', 'c=d'),
    argv: ['/usr/bin/kubelet', '--node-labels=a=b,', 'c=d'],
  },
  {
    name: 'comments between settings, indented, with ; and #',
    files: one('# ExecStart=/wrong', '  ; ExecStart=/wrong', 'ExecStart=/k --a=#1 ; --b'.replace(' ; --b', ' --b=;2')),
    argv: ['/k', '--a=#1', '--b=;2'],
  },
  {
    name: 'a comment that ends with a backslash',
    files: one('# no continuation \\', 'ExecStart=/k --a'),
    argv: ['/k', '--a'],
  },
  {
    name: 'a comment between continued lines',
    files: one('ExecStart=/k \\', '# --old \\', '  --new'),
    argv: 'not every systemd reads alike',
  },
  {
    name: 'single and double quotes',
    files: one(`ExecStart=/k "--a=b c" '--d=e "f"' --g="h i"`),
    argv: ['/k', '--a=b c', '--d=e "f"', '--g=h i'],
  },
  {
    name: 'escapes',
    files: one('ExecStart=/k a\\x20b c\\sd "e\\tf" \\"g\\" h\\\\i \\101'),
    argv: ['/k', 'a b', 'c d', 'e\tf', '"g"', 'h\\i', 'A'],
  },
  { name: 'an escape that is none', files: one('ExecStart=/k a\\qb'), argv: 'escape' },
  { name: 'a quote that is never closed', files: one('ExecStart=/k "a b'), argv: 'never closed' },
  {
    name: 'specifiers of a template',
    unit: 'kubelet@blue.service',
    files: { '/etc/systemd/system/kubelet@.service': service('ExecStart=/k --root-dir=/var/lib/%p/%i --n=%n --N=%N 5%%') },
    argv: ['/k', '--root-dir=/var/lib/kubelet/blue', '--n=kubelet@blue.service', '--N=kubelet@blue', '5%'],
  },
  { name: 'a specifier that only systemd knows', files: one('ExecStart=/k --hostname-override=%H'), argv: '%H' },
  {
    name: 'Environment= resets, appends and overrides',
    files: {
      ...one('Environment=A=1 B=2', 'ExecStart=/k $A $B $C'),
      [`${D}/20.conf`]: service('Environment=', 'Environment="A=3 4" C=5', 'Environment=C=6'),
    },
    argv: ['/k', '3', '4', '6'],
  },
  {
    name: 'a variable in braces is one word, without them as many as it holds, and none if it is not set',
    files: one('Environment="A=x y" "B=\\"p q\\" r"', `ExecStart=/k \${A} $A --a=\${A} $B $NONE --n=\${NONE} $$A --c=$A`),
    argv: ['/k', 'x y', 'x', 'y', '--a=x y', 'p q', 'r', '--n=', '$A', '--c=$A'],
  },
  { name: 'a colon switches variables off', files: one('Environment=A=1', 'ExecStart=:/k $A'), argv: ['/k', '$A'] },
  { name: 'prefixes - and @', files: one('ExecStart=-@/usr/bin/kubelet kubelet --a'), argv: ['kubelet', '--a'] },
  {
    name: 'a list that is not reset',
    files: { ...one('ExecStart=/k --a'), [`${D}/20.conf`]: service('ExecStart=/k --b') },
    argv: '2 ExecStart= lines',
  },
  {
    name: 'EnvironmentFile over Environment, the later file over the former',
    files: {
      ...one(
        'EnvironmentFile=-/etc/default/kubelet',
        'EnvironmentFile=/etc/k.env',
        'Environment=A=0 B=0 C=0',
        'ExecStart=/k $A $B $C',
      ),
      '/etc/default/kubelet': 'A=1\nB=1\n',
      '/etc/k.env': 'B=2\n',
    },
    argv: ['/k', '1', '2', '0'],
  },
  {
    name: 'EnvironmentFile reset in a drop-in',
    files: {
      ...one('EnvironmentFile=/gone', 'ExecStart=/k $A'),
      [`${D}/20.conf`]: service('EnvironmentFile=', 'EnvironmentFile=-/also-gone'),
    },
    argv: ['/k'],
  },
  { name: 'an EnvironmentFile without - that is gone', files: one('EnvironmentFile=/gone', 'ExecStart=/k $A'), argv: '/gone' },
  {
    name: 'EnvironmentFile with a pattern',
    files: one('EnvironmentFile=-/etc/kubernetes/*.env', 'ExecStart=/k $A'),
    argv: 'pattern',
  },
  {
    name: 'an EnvironmentFile of the shell: quotes, comments, export, continuation, blanks',
    files: {
      ...one('EnvironmentFile=/e', `ExecStart=/k $A $B $C $D $E \${F} $G`),
      '/e': `# x\n; y\nA="--a=1 \\"q r\\""\nexport B=no\n C = --c \nD=--d \\\n--d2\nE=--e="s t"\nF='  u  '\n\nG=--g # kept\n`,
    },
    argv: ['/k', '--a=1', 'q r', '--c', '--d', '--d2', '--e=s t', '  u  ', '--g', '#', 'kept'],
  },
  {
    name: 'an EnvironmentFile whose comment goes on',
    files: { ...one('EnvironmentFile=/e', 'ExecStart=/k $A'), '/e': '# x \\\nA=1\n' },
    argv: 'backslash',
  },
  {
    name: 'settings of other sections',
    files: { [FRAGMENT]: `[Unit]\nExecStart=/wrong\n[X-Foo]\nEnvironment=A=1\n[Service]\nExecStart = /k $A\n` },
    argv: ['/k'],
  },
  { name: 'UnsetEnvironment', files: one('Environment=A=1', 'UnsetEnvironment=A', 'ExecStart=/k $A'), argv: 'UnsetEnvironment' },
  { name: 'two commands in one line', files: one('ExecStart=/k --a ; /k --b'), argv: 'several commands' },
  {
    name: 'a file with a byte order mark and carriage returns',
    files: { [FRAGMENT]: '\uFEFF[Service]\r\nExecStart=/k --a\r\n' },
    argv: ['/k', '--a'],
  },
  {
    name: 'an empty drop-in and one in the type’s directory',
    files: {
      ...one('ExecStart=/k $A'),
      [`${D}/10.conf`]: '',
      '/etc/systemd/system/service.d/05.conf': service('Environment=A=1'),
    },
    argv: ['/k', '1'],
  },
  {
    name: 'a file that is no drop-in',
    files: { ...one('ExecStart=/k'), [`${D}/10-a.conf.bak`]: service('ExecStart=', 'ExecStart=/wrong') },
    argv: ['/k'],
  },
];
