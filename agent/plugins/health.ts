import type { Finding } from '../../lib/model/finding.ts';
import type { Builtin } from '../../lib/monitors/config/builtin.ts';
import type { PluginMonitor, PluginRule } from '../../lib/monitors/config/plugin-monitor.ts';
import type { PluginResult } from '../../lib/monitors/plugins/output.ts';
import { isFault } from '../../lib/policy/report.ts';

type HealthChecker = Extract<Builtin, { program: 'health-checker' }>;

/** A rule that calls node-problem-detector's health-checker: what it would find out, a check of ours knows. */
export interface ServedRule {
  readonly monitor: PluginMonitor;
  readonly rule: PluginRule;
  readonly checker: HealthChecker;
}

export function servedRules(monitors: readonly PluginMonitor[]): readonly ServedRule[] {
  return monitors.flatMap((monitor) =>
    monitor.rules.flatMap((rule) =>
      rule.builtin?.program === 'health-checker' ? [{ monitor, rule, checker: rule.builtin }] : [],
    ),
  );
}

interface Served {
  readonly check: string;
  /** The condition type that the check itself feeds. */
  readonly type: string;
  /** Of the daemon that is meant: unit names, and names of runtimes without a unit. */
  readonly subject: RegExp | undefined;
  readonly reason: RegExp;
}

const SERVED: Readonly<Record<string, Served>> = {
  kubelet: { check: 'kubelet-health', type: 'KubeletUnhealthy', subject: undefined, reason: /^Kubelet/ },
  docker: { check: 'container-runtime', type: 'ContainerRuntimeUnhealthy', subject: /^docker\b/, reason: /^Docker/ },
  cri: {
    check: 'container-runtime',
    type: 'ContainerRuntimeUnhealthy',
    subject: /^(?:containerd|cri-?o|cri-docker)/,
    reason: /^(?:Containerd|Crio|CriDockerd)/,
  },
};

export const servedBy = ({ component }: HealthChecker): string | undefined => SERVED[component]?.check;

/** True where the file's condition is the one that our check feeds anyway: then our words stand on the Node. */
export const isOwnType = ({ rule, checker }: ServedRule): boolean => SERVED[checker.component]?.type === rule.condition;

const isAbout = ({ subject, reason }: Served, finding: Finding): boolean => {
  if (isFault(finding)) return reason.test(finding.reason);
  return subject === undefined || finding.subject === undefined || subject.test(finding.subject);
};

const notRun = (message: string): PluginResult => ({ status: 'unknown', message, notRun: true });

/** What health-checker would have said. A daemon that is not there is not unhealthy: nobody could tell. */
export function resultOfFindings({ component }: HealthChecker, findings: readonly Finding[]): PluginResult {
  const served = SERVED[component];
  if (served === undefined) return notRun(`${component} is not looked at by nodemend`);
  const about = findings.filter((finding) => isAbout(served, finding));
  const faults = about.filter(isFault).filter(({ severity, state }) => severity !== 'notice' && state === 'active');
  const [fault] = faults;
  if (fault !== undefined) return { status: 'problem', message: fault.message };
  const good = about.find(({ verdict }) => verdict === 'pass');
  const blind = about.find(({ verdict }) => verdict === 'unknown');
  if (blind !== undefined) return { status: 'unknown', message: blind.message };
  if (good !== undefined || about.some(isFault)) return { status: 'ok', message: good?.message ?? '' };
  return notRun(about[0]?.message ?? `no ${component} on this node`);
}

/** What of a call is the operator's configuration here, said once. */
export function remarksOn({ monitor, checker }: ServedRule): readonly string[] {
  const { component, repair, cooldown, logPatterns } = checker;
  const check = SERVED[component]?.check;
  const where = `${monitor.file}: health-checker --component=${component}`;
  if (check === undefined) return [`${where} is not served: its condition stays Unknown`];
  const remedy = component === 'kubelet' ? 'restart-kubelet' : 'restart-runtime';
  const wish = repair ? `--enable-repair --cooldown-time=${cooldown / 1000}s` : '--enable-repair=false';
  const patterns = logPatterns.length === 0 ? '' : '; --log-pattern is left out';
  return [`${where} is served by the check ${check}; ${wish} is remedies.${remedy} in the configuration${patterns}`];
}
