import { defineCheck } from '../model/check.ts';
import { type Advice, type Fault, type Finding, fault, pass, skip, unknown } from '../model/finding.ts';
import { upgradeSystemdByHand } from '../model/package-tool.ts';
import { setting } from '../model/setting.ts';
import { isUnavailable, optional, type SourceFailure } from '../model/source.ts';
import { minutes } from '../model/units.ts';
import { compareDpkgVersions } from '../model/version-dpkg.ts';
import { compareEvr } from '../model/version-rpm.ts';
import type { Component, VersionCondition, VersionRule } from '../model/version-rule.ts';
import { knownBadVersion } from '../problems/known-bad-version.ts';
import { systemdOutdated } from '../problems/systemd-outdated.ts';
import { knownBadVersions as shippedRules } from '../rules/known-bad-versions.ts';
import { type KernelRelease, kernelRelease, packagedRelease } from '../sources/host/kernel-release.ts';
import { type OsRelease, osRelease } from '../sources/host/os-release.ts';
import { usualTool } from '../sources/host/package-tool.ts';
import { type PackageVersions, packageVersions } from '../sources/host/package-versions.ts';
import { versionRulesFile } from '../sources/host/version-rules-file.ts';
import { type Networkd, networkd } from '../sources/network/networkd.ts';

const PACKAGES: Readonly<Record<Exclude<Component, 'kernel'>, readonly string[]>> = {
  systemd: ['systemd'],
  runc: ['runc'],
  containerd: ['containerd.io', 'containerd'],
  docker: ['docker-ce', 'docker.io', 'moby-engine', 'docker'],
  kubelet: ['kubelet'],
};

interface Node {
  readonly os: OsRelease;
  readonly packages: PackageVersions | SourceFailure;
  readonly kernel: KernelRelease | SourceFailure;
  readonly networkd: Networkd | SourceFailure;
}

/** `installed` undefined: it is not on this node; `why`: it could not be asked. */
type Version = { readonly installed: string | undefined } | { readonly why: string };

function versionOf(component: Component, { kernel, packages }: Node): Version {
  if (component === 'kernel')
    return isUnavailable(kernel) ? { why: kernel.unavailable } : { installed: packagedRelease(kernel.release) };
  if (isUnavailable(packages)) return { why: packages.unavailable };
  if (packages.kind === 'silent') return { why: packages.why };
  if (packages.kind === 'none') return { installed: undefined };
  const name = PACKAGES[component].find((candidate) => packages.versions[candidate] !== undefined);
  return { installed: name === undefined ? undefined : packages.versions[name] };
}

function isForDistribution({ distributions, release }: VersionRule, { id, idLike, versionId }: OsRelease): boolean {
  if (distributions !== undefined && ![id, ...idLike].some((name) => distributions.includes(name))) return false;
  return release === undefined || release === versionId || release === versionId?.split('.')[0];
}

function isInRange({ from, below }: VersionRule, version: string, { packages }: Node): boolean {
  const isDpkg = !isUnavailable(packages) && packages.kind === 'known' && packages.manager === 'dpkg';
  const compare = isDpkg ? compareDpkgVersions : compareEvr;
  if (from !== undefined && compare(version, from) < 0) return false;
  return below === undefined || compare(version, below) < 0;
}

/** True, false, or why it could not be told. */
function holds(condition: VersionCondition | undefined, node: Node): boolean | string {
  if (condition === undefined) return true;
  if (condition === 'kernel-memory-accounting') {
    return isUnavailable(node.kernel) || !node.kernel.commandLine.includes('cgroup.memory=nokmem');
  }
  const { networkd: daemon } = node;
  if (isUnavailable(daemon)) return daemon.unavailable;
  if (daemon.kind === 'inactive' || !daemon.managesForeignRules) return false;
  return daemon.foreignRules === undefined ? 'the routing policy rules could not be listed' : daemon.foreignRules > 0;
}

/** An operator's rule may say nothing of a cure; how systemd is upgraded is known for each distribution. */
function cureOf({ component, below, cure }: VersionRule, os: OsRelease): readonly Advice[] {
  const tool = component === 'systemd' && below !== undefined && cure.length === 0 ? usualTool(os) : undefined;
  return tool === undefined ? cure : upgradeSystemdByHand(tool);
}

function toFault(rule: VersionRule, installed: string, { os }: Node): Fault {
  const message = `${rule.component} ${installed} ${rule.effect}`;
  const details = {
    evidence: [
      {
        from: rule.id,
        excerpt: [`installed ${installed}`, `bad from ${rule.from ?? 'the first'} until ${rule.below ?? 'now'}`, rule.link].join(
          '\n',
        ),
      },
    ],
    advice: cureOf(rule, os),
  };
  if (rule.id === 'systemd-219-leaks-scopes') return fault(systemdOutdated, 'SystemdLeaksUnits', message, details);
  // A later version cures it: what the remedy of SystemdOutdated can bring.
  if (rule.component === 'systemd' && rule.below !== undefined)
    return fault(systemdOutdated, 'SystemdKnownBad', message, { subject: rule.id, ...details });
  return fault(knownBadVersion, 'VersionKnownBad', message, { subject: rule.id, ...details });
}

function judge(rule: VersionRule, node: Node): Finding[] {
  const condition = holds(rule.onlyIf, node);
  if (!isForDistribution(rule, node.os) || condition === false) return [];
  const version = versionOf(rule.component, node);
  if ('why' in version)
    return [unknown(`the version of ${rule.component} is not known: ${version.why}`, { subject: rule.component })];
  if (version.installed === undefined || !isInRange(rule, version.installed, node)) return [];
  if (typeof condition === 'string') return [unknown(`${rule.id} may apply: ${condition}`, { subject: rule.id })];
  return [toFault(rule, version.installed, node)];
}

function summary(rules: readonly VersionRule[], node: Node): Finding {
  const seen = [...new Set(rules.map(({ component }) => component))].flatMap((component) => {
    const version = versionOf(component, node);
    return 'installed' in version && version.installed !== undefined ? [`${component} ${version.installed}`] : [];
  });
  if (seen.length === 0) return skip(`no rule speaks of what runs on ${node.os.prettyName}`);
  return pass(`none of ${rules.length} rules matches: ${seen.join(', ')} on ${node.os.prettyName}`);
}

export const knownBadVersions = defineCheck({
  id: 'known-bad-versions',
  title: 'no version that is known to hurt nodes',
  interval: minutes(60),
  sources: {
    os: osRelease,
    packages: optional(packageVersions),
    kernel: optional(kernelRelease),
    networkd: optional(networkd),
    file: optional(versionRulesFile),
  },
  problems: [systemdOutdated, knownBadVersion],
  settings: { ignore: setting.strings([], 'ids of rules that do not matter on these nodes') },
  evaluate(facts, { settings }) {
    const file = isUnavailable(facts.file) ? { rules: [], problems: [facts.file.unavailable] } : facts.file;
    const rules = [...shippedRules, ...file.rules].filter(({ id }) => !settings.ignore.includes(id));
    const findings = rules.flatMap((rule) => judge(rule, facts));
    const distinct = [...new Map(findings.map((finding) => [finding.message, finding])).values()];
    const broken = file.problems.map((problem) =>
      unknown(`known-bad-versions.yaml: ${problem}`, { subject: 'known-bad-versions.yaml' }),
    );
    return distinct.length + broken.length > 0 ? [...distinct, ...broken] : [summary(rules, facts)];
  },
});
