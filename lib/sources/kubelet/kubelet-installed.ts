import type { HostView } from '../../host/host.ts';
import { readUnitProperties, type UnitProperties } from '../host/unit-properties.ts';

/** Units that run a kubelet, the plain one first. */
const UNITS = [
  'kubelet.service',
  'k3s.service',
  'k3s-agent.service',
  'rke2-server.service',
  'rke2-agent.service',
  'k0scontroller.service',
  'k0sworker.service',
  'snap.microk8s.daemon-kubelite.service',
  'snap.microk8s.daemon-kubelet.service',
] as const;

const UNIT_DIRECTORIES = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
] as const;

/** What kubeadm, RKE1 and EKS leave on a node that was given a kubelet. */
const CONFIGURATIONS = [
  '/var/lib/kubelet/config.yaml',
  '/etc/kubernetes/kubelet.conf',
  '/etc/kubernetes/ssl/kubecfg-kube-node.yaml',
  '/etc/kubernetes/kubelet/config.json',
  '/etc/kubernetes/kubelet/kubelet-config.json',
] as const;

/** What shows that a kubelet is meant to run here. */
export interface Installed {
  readonly unit?: string;
  readonly mainPid?: number;
  /** Sentence fragment that says why none runs. */
  readonly why: string;
}

async function readUnitNames(host: HostView): Promise<readonly string[]> {
  const listings = await Promise.all(UNIT_DIRECTORIES.map((path) => host.listDirectory(path)));
  const names = new Set(listings.flatMap((listing) => (listing.kind === 'entries' ? listing.names : [])));
  return UNITS.filter((unit) => names.has(unit));
}

const runsMainProcess = (unit: UnitProperties) => /^[1-9]\d*$/.test(unit.MainPID ?? '');

/** The unit that has a process, else one that is not simply off, else the first. */
function mostAlive(units: readonly UnitProperties[]): UnitProperties | undefined {
  return units.find(runsMainProcess) ?? units.find(({ ActiveState }) => ActiveState !== 'inactive') ?? units[0];
}

/** Undefined when nothing says that a kubelet belongs on this host. */
export async function readInstalled(host: HostView): Promise<Installed | undefined> {
  const names = await readUnitNames(host);
  const [first] = names;
  if (first === undefined) return readConfigured(host);
  const answer = await readUnitProperties(host, names, ['Id', 'MainPID', 'ActiveState', 'SubState']);
  if (answer.kind !== 'units') return { unit: first, why: `${first} is installed, no kubelet process runs, and ${answer.why}` };
  const best = mostAlive(answer.units);
  const unit = best?.Id ?? first;
  const why = `${unit} is ${best?.ActiveState ?? 'not known to systemd'} (${best?.SubState ?? 'unknown'})`;
  return best !== undefined && runsMainProcess(best) ? { unit, mainPid: Number(best.MainPID), why } : { unit, why };
}

async function readConfigured(host: HostView): Promise<Installed | undefined> {
  const answers = await Promise.all(CONFIGURATIONS.map((path) => host.fileStatus(path)));
  const index = answers.findIndex(({ kind }) => kind === 'status');
  return index < 0 ? undefined : { why: `${CONFIGURATIONS[index]} exists and no kubelet process runs` };
}
