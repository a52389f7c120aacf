import { type DefaultRule, HOUR } from './rule.ts';

const runtime = { text: 'Ask what the runtime does', command: 'nodemend doctor --only pleg-health,container-runtime' };
const certificates = {
  text: 'See which one, and renew it',
  command: 'nodemend doctor --only certificates; kubeadm certs renew all',
};

/** Lines of the kubelet; what its own checks measure better is an event only. */
export const kubeletRules: readonly DefaultRule[] = [
  {
    reason: 'PlegNotHealthy',
    severity: 'warning',
    pattern: 'PLEG is not healthy: pleg was last seen active [\\w.]+ ago',
    wording: 'pkg/kubelet/pleg/generic.go, all',
    advice: [runtime],
  },
  {
    reason: 'NothingToEvict',
    severity: 'warning',
    pattern: '[Ee]viction thresholds have been met, but no pods are active to evict',
    wording: 'pkg/kubelet/eviction/eviction_manager.go; capitalised since structured logging (1.21)',
    advice: [{ text: 'Something beside the pods fills the disk', command: 'nodemend doctor --only eviction-signals' }],
  },
  {
    reason: 'ImageGCFailed',
    severity: 'warning',
    pattern: '(?:[Ff]ailed to garbage collect required amount of images|Image garbage collection failed multiple times in a row)',
    wording: 'pkg/kubelet/images/image_gc_manager.go, kubelet.go, all',
    advice: [{ text: 'No image is left to delete: see what else is there', command: 'crictl images; nodemend thresholds' }],
  },
  {
    reason: 'KubeletCertificateExpired',
    condition: 'KubeletCertificateInvalid',
    severity: 'critical',
    pattern: '[Pp]art of the existing bootstrap client certificate(?: in \\S+)? is expired',
    wording: 'pkg/kubelet/certificate/bootstrap/bootstrap.go; " in FILE" since 1.21',
    quietPeriod: HOUR,
    revert: 'Certificate rotation detected, shutting down client connections',
    advice: [certificates],
  },
  {
    reason: 'KubeletPanic',
    severity: 'warning',
    pattern: '^panic: |fatal error: concurrent map|runtime: out of memory',
    wording: 'Go',
    advice: [{ text: 'Keep the trace', command: 'journalctl -u kubelet -b > kubelet.log' }],
  },
];

export const containerdRules: readonly DefaultRule[] = [
  {
    reason: 'ShimLost',
    severity: 'notice',
    // "cleaning up dead shim" and "shim disconnected" are said of every container that ends (1.5 to 1.7).
    pattern: 'failed to (?:clean up after shim disconnected|clean ?up dead shim|delete dead shim|kill shim)',
    wording: 'containerd, runtime/v2/shim.go: its processes and mounts may be left behind',
    advice: [runtime],
  },
  {
    reason: 'CorruptContainerImageLayer',
    severity: 'warning',
    pattern: 'failed to extract layer .*(?:invalid tar header|unexpected EOF|no space left on device)',
    wording: 'containerd',
    advice: [{ text: 'Remove the image and pull it again', command: 'crictl rmi IMAGE; crictl pull IMAGE' }],
  },
];

export const dockerRules: readonly DefaultRule[] = [
  {
    reason: 'ContainerNotKilled',
    severity: 'warning',
    pattern: 'tried to kill container, but did not receive an exit event',
    wording: 'docker 18.09 and later, daemon/kill.go',
    advice: [
      {
        text: 'A process that does not die, or a shim that is left',
        command: 'nodemend doctor --only container-runtime,uninterruptible-tasks',
      },
    ],
  },
  {
    reason: 'CorruptDockerImage',
    severity: 'warning',
    pattern: 'failed to register layer: rename /\\S+/image/.+ /\\S+/image/.+: directory not empty',
    wording: 'docker',
    advice: [{ text: 'Remove the half layer and pull again', command: 'docker rmi IMAGE; docker pull IMAGE' }],
  },
  {
    reason: 'CorruptDockerOverlay2',
    condition: 'CorruptDockerOverlay2',
    severity: 'critical',
    pattern: 'returned error: readlink /\\S+/overlay2\\S*: invalid argument',
    wording: 'docker',
    quietPeriod: 2 * HOUR,
    advice: [{ text: 'Move the work away and let docker begin anew', command: 'nodemend drain NODE' }],
  },
];

const UNIT = {
  kubelet: '(?:kubelet\\.service(?: - .*)?|Kubernetes kubelet.*|kubelet: The Kubernetes Node Agent)',
  docker: '(?:docker\\.service(?: - .*)?|Docker Application Container Engine)',
  containerd: '(?:containerd\\.service(?: - .*)?|containerd container runtime)',
};

const starts = (reason: string, unit: string, verb: string): DefaultRule => ({
  reason,
  severity: 'notice',
  pattern: `^${verb} ${unit}\\.{1,3}$`,
  wording: 'systemd: the description, the unit’s name, or both, by StatusUnitFormat',
  advice: [],
});

export const systemdRules: readonly DefaultRule[] = [
  starts('KubeletStart', UNIT.kubelet, 'Started'),
  starts('DockerStart', UNIT.docker, 'Starting'),
  starts('ContainerdStart', UNIT.containerd, 'Starting'),
];
