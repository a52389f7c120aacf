import { fillIn } from '../../model/advice.ts';
import type { Advice } from '../../model/finding.ts';
import type { KubeletLayout } from '../../sources/kubelet/kubelet-process.ts';

/** What tells one kubelet from another. */
export interface KubeletIdentity {
  readonly unit?: string;
  readonly pid?: number;
  readonly layout: KubeletLayout;
}

const LAYOUT_OF_UNIT: readonly (readonly [RegExp, KubeletLayout])[] = [
  [/^k3s/, 'k3s'],
  [/^rke2/, 'rke2'],
  [/^k0s/, 'k0s'],
  [/microk8s/, 'microk8s'],
];

/** Layout of a kubelet that does not run, from the name of its unit. */
export function layoutOfUnit(unit: string | undefined): KubeletLayout {
  return LAYOUT_OF_UNIT.find(([pattern]) => pattern.test(unit ?? ''))?.[1] ?? 'systemd';
}

/** "the kubelet (k3s.service, pid 812)", "the kubelet in a container (pid 812)". */
export function describeKubelet({ unit, pid, layout }: KubeletIdentity): string {
  const details = [...(unit === undefined ? [] : [unit]), ...(pid === undefined ? [] : [`pid ${pid}`])];
  const where: Readonly<Partial<Record<KubeletLayout, string>>> = { systemd: '', container: ' in a container' };
  return `the kubelet${where[layout] ?? ` of ${layout}`}${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
}

const CONTAINER_ADVICE: readonly Advice[] = [
  {
    text: 'This kubelet runs in a container (as RKE1 does), systemd has no unit for it; read its log',
    command: 'docker logs --tail 200 kubelet',
  },
  { text: 'Restart that container; the pods stay untouched', command: 'docker restart kubelet' },
];

/** The commands with this kubelet's own unit in them; said by name where it is not a unit of its own. */
export function kubeletAdvice(advice: readonly Advice[], { unit, pid, layout }: KubeletIdentity): readonly Advice[] {
  const known = pid === undefined ? {} : { PID: String(pid) };
  if (layout === 'container') {
    return [...CONTAINER_ADVICE, ...fillIn(advice, known).filter(({ command = '' }) => !/\bUNIT\b/.test(command))];
  }
  const filled = fillIn(advice, { UNIT: unit ?? 'kubelet', ...known });
  if (layout === 'systemd') return filled;
  const warning = `The kubelet is a part of ${layout}: what restarts ${unit ?? 'its unit'} restarts all of it, a control plane on this host included`;
  return [{ text: warning }, ...filled];
}
