import { defineCheck, type Facts } from '../model/check.ts';
import { type FaultDetails, type Finding, skip } from '../model/finding.ts';
import { setting } from '../model/setting.ts';
import { known, optional } from '../model/source.ts';
import { ms, seconds } from '../model/units.ts';
import { containerRuntimeUnhealthy } from '../problems/container-runtime-unhealthy.ts';
import { criContainerStatus } from '../sources/runtime/cri-container-status.ts';
import { criContainers } from '../sources/runtime/cri-containers.ts';
import { criStatus } from '../sources/runtime/cri-status.ts';
import { criVersion } from '../sources/runtime/cri-version.ts';
import { dockerContainers } from '../sources/runtime/docker-containers.ts';
import { dockerInfo } from '../sources/runtime/docker-info.ts';
import { dockerInspect } from '../sources/runtime/docker-inspect.ts';
import { dockerPing } from '../sources/runtime/docker-ping.ts';
import { liveRestore } from '../sources/runtime/live-restore.ts';
import { runtimeEndpoint } from '../sources/runtime/runtime-endpoint.ts';
import { runtimeShims } from '../sources/runtime/runtime-shims.ts';
import { runtimeUnits } from '../sources/runtime/runtime-units.ts';
import { adviceFor } from './runtime/advice.ts';
import type { Daemon } from './runtime/daemon.ts';
import { toDaemons } from './runtime/daemons.ts';
import { judgeDaemon } from './runtime/judge-daemon.ts';
import { type RestartSources, survivalEvidence, survivalOf } from './runtime/restart-facts.ts';
import type { SilenceLimits } from './runtime/silence.ts';
import { judgeContainers } from './runtime/stuck-containers.ts';

const sources = {
  endpoint: runtimeEndpoint,
  ping: optional(dockerPing),
  list: optional(dockerContainers),
  info: optional(dockerInfo),
  liveRestore: optional(liveRestore),
  inspect: optional(dockerInspect),
  versions: optional(criVersion),
  status: optional(criStatus),
  criList: optional(criContainers),
  statuses: optional(criContainerStatus),
  units: optional(runtimeUnits),
  shims: optional(runtimeShims),
};

type RuntimeFacts = Facts<typeof sources>;

function restartSources({ units, info, liveRestore: proof, shims }: RuntimeFacts): RestartSources {
  return {
    units: known(units) ?? { kind: 'unknown', why: 'systemctl was not asked' },
    info: known(info) ?? { kind: 'unknown', why: 'docker was not asked' },
    liveRestore: known(proof),
    shims: known(shims),
  };
}

/** What a restart would cost is said of every daemon that somebody may restart, the healthy one too. */
function detailsOf(daemon: Daemon, restart: RestartSources, limits: SilenceLimits): FaultDetails {
  if (daemon.service.role === 'unused') return {};
  const unit = daemon.unit?.activeState === 'active' ? daemon.unit.id : undefined;
  const survival = unit === undefined ? undefined : survivalOf(unit, restart);
  const advice = adviceFor(daemon, survival, limits);
  return {
    ...(unit === undefined || survival === undefined ? {} : { evidence: [survivalEvidence(unit, survival)] }),
    ...(advice === undefined ? {} : { advice }),
  };
}

/** Which containers are stuck can only be told while the daemons that answer for them work. */
function judgeEachContainer(facts: RuntimeFacts, daemons: readonly Finding[]): readonly Finding[] {
  const calls = [known(facts.inspect), known(facts.statuses)].find((answers) => answers?.kind === 'asked');
  if (calls === undefined || daemons.some(({ verdict }) => verdict === 'fail')) return [];
  const runtime = facts.endpoint.services[0]?.name ?? 'the runtime';
  return judgeContainers(calls, { runtime, shims: known(facts.shims) ?? [] });
}

/** The heart of it: a hung runtime is seen within seconds, three minutes before the kubelet says so. */
export const containerRuntime = defineCheck({
  id: 'container-runtime',
  title: 'the container runtime answers',
  // With the 8 s that a daemon may owe its answer a hang is found within 12 s. On the agent's beat it is 10 s / 3, always.
  interval: seconds(3.3),
  sources,
  problems: [containerRuntimeUnhealthy],
  settings: {
    hungCpu: setting.duration(ms(20), 'CPU of all threads while an answer is owed; less is no progress. /proc counts in 10ms'),
    starvedShare: setting.ratio(0.25, 'share of that time spent waiting for a CPU from which the daemon is starved, not hung'),
  },
  evaluate(facts, { settings }) {
    const { services } = facts.endpoint;
    if (services.length === 0) return [skip('no container runtime on this host')];
    const restart = restartSources(facts);
    const daemons = toDaemons({
      services,
      ping: known(facts.ping),
      list: known(facts.list),
      versions: known(facts.versions) ?? [],
      status: known(facts.status),
      criList: known(facts.criList),
      units: restart.units,
    });
    const findings = daemons.map((daemon) => judgeDaemon(daemon, detailsOf(daemon, restart, settings), settings));
    return [...findings, ...judgeEachContainer(facts, findings)];
  },
});
