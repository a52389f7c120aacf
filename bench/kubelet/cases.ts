/** One way to configure a kubelet's eviction; every one of them has been seen on a real node. */
export interface KubeletCase {
  readonly name: string;
  /** Appended to a config.yaml that a kubelet accepts; absent: nothing is appended. */
  readonly yaml?: string;
  /** KUBELET_EXTRA_ARGS. */
  readonly flags?: string;
  /** Instead of `--config=/var/lib/kubelet/config.yaml`; an empty text: no such flag. */
  readonly configFlag?: string;
  /** Shell, in the host, after the files are written and before the kubelet starts. */
  readonly prepare?: string;
  /** Shell, in the host, once the kubelet runs: what a person changes behind its back. */
  readonly afterwards?: string;
  /** This kubelet does not stay up. */
  readonly exits?: true;
  /** User who asks; default root. */
  readonly user?: string;
  /** Oldest kubelet that knows it: the row needs KUBE_BIN_DIR with such a one. */
  readonly since?: number;
}

const complete = 'memory.available<100Mi,nodefs.available<10%,nodefs.inodesFree<5%,imagefs.available<15%';
const common = '--cgroups-per-qos=false --fail-swap-on=false --client-ca-file=/etc/kubernetes/pki/ca.crt';
/** What the lab's control groups and its runtime ask for, as flags. */
const bareOf = (minor: number): string =>
  minor < 35
    ? `${common} --enforce-node-allocatable=`
    : `${common} --enforce-node-allocatable=none --fail-cgroupv1=false --container-runtime-endpoint=${containerd}`;
const containerd = 'unix:///run/containerd/containerd.sock';
const dropIns = '--config-dir=/etc/kubernetes/kubelet.conf.d';
const head = 'apiVersion: kubelet.config.k8s.io/v1beta1\\nkind: KubeletConfiguration\\n';
const dropIn = (name: string, yaml: string): string => `printf '${head}${yaml}\\n' >/etc/kubernetes/kubelet.conf.d/${name}`;
const directory = 'mkdir -p /etc/kubernetes/kubelet.conf.d; rm -f /etc/kubernetes/kubelet.conf.d/*';

export const casesFor = (minor: number): readonly KubeletCase[] => [
  { name: 'no --config, no flags', configFlag: '', flags: bareOf(minor) },
  { name: 'no --config, partial flag', configFlag: '', flags: `${bareOf(minor)} --eviction-hard=nodefs.available<5%` },
  { name: 'no --config, full flag', configFlag: '', flags: `${bareOf(minor)} --eviction-hard=${complete}` },
  { name: 'file without evictionHard' },
  { name: 'file, partial evictionHard', yaml: 'evictionHard: {nodefs.available: "5%"}' },
  {
    name: 'file, full evictionHard',
    yaml: 'evictionHard: {memory.available: 200Mi, nodefs.available: 8%, nodefs.inodesFree: 4%, imagefs.available: 9%}',
  },
  { name: 'file, evictionHard: {}', yaml: 'evictionHard: {}' },
  { name: 'file, evictionHard: null', yaml: 'evictionHard:' },
  { name: 'partial flag over a file without (incident I1)', flags: '--eviction-hard=nodefs.available<5%' },
  {
    name: 'partial flag over a full file',
    yaml: 'evictionHard: {memory.available: 200Mi, nodefs.available: 8%, nodefs.inodesFree: 4%}',
    flags: '--eviction-hard=imagefs.available<7%',
  },
  { name: 'empty flag', flags: '--eviction-hard=' },
  { name: 'flag given twice', flags: '--eviction-hard=nodefs.available<5% --eviction-hard=memory.available<300Mi' },
  { name: 'same signal twice in the flag', flags: '--eviction-hard=nodefs.available<5%,nodefs.available<7%' },
  { name: 'flag with its value as the next word', flags: '--eviction-hard memory.available<300Mi' },
  {
    name: 'soft and grace, file',
    yaml: 'evictionSoft: {memory.available: 500Mi, nodefs.available: 15%}\nevictionSoftGracePeriod: {memory.available: 1m30s, nodefs.available: 2h}',
  },
  {
    name: 'soft and grace, flags over file',
    yaml: 'evictionSoft: {memory.available: 500Mi}\nevictionSoftGracePeriod: {memory.available: 1m30s}',
    flags: '--eviction-soft=imagefs.available<20% --eviction-soft-grace-period=imagefs.available=90s',
  },
  {
    name: 'minimum reclaim',
    yaml: 'evictionHard: {nodefs.available: 5%}\nevictionMinimumReclaim: {nodefs.available: 500Mi}',
  },
  {
    name: 'quantities Mi, M, k, Ki',
    yaml: 'evictionHard: {memory.available: 150Mi, nodefs.available: 20M, nodefs.inodesFree: 1k, imagefs.available: 4096Ki}',
  },
  {
    name: 'quantities Gi, e, plain, decimal',
    yaml: 'evictionHard: {memory.available: 0.5Gi, nodefs.available: "2e7", nodefs.inodesFree: "500", imagefs.available: 0.01G}',
  },
  {
    name: 'quantities Ti, T, E, m',
    yaml: 'evictionHard: {memory.available: 0.0001Ti, nodefs.available: 0.00001T, imagefs.available: "12E3", nodefs.inodesFree: 700000m}',
  },
  { name: '0%', yaml: 'evictionHard: {memory.available: 100Mi, nodefs.available: 0%, nodefs.inodesFree: 5%}' },
  { name: '100%', yaml: 'evictionHard: {memory.available: 100Mi, nodefs.available: 100%, nodefs.inodesFree: 5%}' },
  { name: 'percent floats', yaml: 'evictionHard: {memory.available: 0.5%, nodefs.available: 7.25%, nodefs.inodesFree: .5%}' },
  { name: 'pid.available', yaml: 'evictionHard: {pid.available: 10%, memory.available: 100Mi}' },
  {
    name: 'JSON file',
    prepare: `echo '${json(minor)}' >/var/lib/kubelet/j.json`,
    configFlag: '--config=/var/lib/kubelet/j.json',
  },
  {
    name: 'file changed after the start',
    yaml: 'evictionHard: {nodefs.available: 5%}',
    afterwards: "sed -i 's/5%/50%/' /var/lib/kubelet/config.yaml",
  },
  {
    name: 'unreadable file, asked by nobody',
    yaml: 'evictionHard: {nodefs.available: 5%}',
    prepare: 'chmod 600 /var/lib/kubelet/config.yaml',
    user: 'nobody',
  },
  { name: 'missing file', configFlag: '--config=/etc/kubernetes/none.yaml', exits: true },
  { name: 'a directory as file', configFlag: '--config=/etc/kubernetes', exits: true },
  { name: 'negative percentage', yaml: 'evictionHard: {nodefs.available: -5%}', exits: true },
  { name: 'zero quantity', yaml: 'evictionHard: {memory.available: "0"}', exits: true },
  { name: 'unknown signal', flags: '--eviction-hard=nodefs.avail<5%', exits: true },
  { name: 'soft without grace', yaml: 'evictionSoft: {memory.available: 500Mi}', exits: true },
  { name: 'number without quotes', yaml: 'evictionHard: {nodefs.inodesFree: 500}', exits: true },
  { name: '--config-dir, empty', flags: dropIns, prepare: directory, since: 28 },
  {
    name: '--config-dir, two files',
    flags: dropIns,
    prepare: [
      directory,
      dropIn('10-a.conf', 'evictionHard: {nodefs.available: "5%%"}'),
      dropIn('20-b.conf', 'evictionHard: {nodefs.available: "6%%", memory.available: 300Mi}'),
    ].join('; '),
    since: 28,
  },
  {
    name: '--config-dir over a partial file',
    yaml: 'evictionHard: {memory.available: 200Mi}',
    flags: dropIns,
    prepare: [directory, dropIn('10-a.conf', 'evictionHard: {nodefs.available: "5%%"}')].join('; '),
    since: 28,
  },
];

function json(minor: number): string {
  return JSON.stringify({
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    authentication: { x509: { clientCAFile: '/etc/kubernetes/pki/ca.crt' } },
    cgroupsPerQOS: false,
    enforceNodeAllocatable: minor < 28 ? [] : ['none'],
    ...(minor < 35 ? {} : { failCgroupV1: false, containerRuntimeEndpoint: containerd }),
    failSwapOn: false,
    evictionHard: { 'memory.available': '1Gi', 'nodefs.available': '3%' },
  });
}
