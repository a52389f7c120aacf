import { type FaultDetails, type Finding, fault, pass, unknown } from '../../model/finding.ts';
import { formatDuration } from '../../model/quantity.ts';
import { type Duration, seconds } from '../../model/units.ts';
import { containerRuntimeUnhealthy } from '../../problems/container-runtime-unhealthy.ts';
import type { Silent } from '../../sources/runtime/daemon-probe.ts';
import type { RuntimeService } from '../../sources/runtime/runtime-endpoint.ts';
import { type Daemon, evidenceOf, REASONS, subjectOf } from './daemon.ts';
import { judgeSilence, type SilenceLimits } from './silence.ts';

interface Judgement {
  readonly daemon: Daemon;
  readonly details: FaultDetails;
  readonly limits: SilenceLimits;
}

const cheapCall = ({ name }: RuntimeService) => (name === 'docker' ? 'a ping' : 'CRI Version');
const countContainers = (count: number) => (count === 1 ? 'one container' : `${count} containers`);
const isUnused = ({ service }: Daemon) => service.role === 'unused';

function down({ daemon, details }: Judgement, what: string, when: Pick<FaultDetails, 'state' | 'activeAfter'> = {}): Finding {
  return fault(containerRuntimeUnhealthy, REASONS[daemon.service.name].down, `${daemon.service.name} ${what}`, {
    ...details,
    ...when,
  });
}

/** A daemon that starts, or has just started, says no for some seconds. */
const FOR_LONG = { state: 'suspected', activeAfter: seconds(30) } as const;
/** What works slowly may get through: sooner with a ping than with the list of a crowded node. */
const SLOW_PING = seconds(60);
const SLOW_LIST = seconds(120);

/** systemd listens on docker.socket for a docker that does not run: its silence is that of nobody. */
function judgeUnit(judgement: Judgement): Finding | undefined {
  const { unit, cheap } = judgement.daemon;
  const isAbsent = cheap.kind === 'down' || cheap.kind === 'silent';
  if (!isAbsent || unit === undefined || unit.activeState === 'active' || unit.activeState === 'reloading') return undefined;
  if (unit.activeState.endsWith('activating'))
    return down(judgement, `is ${unit.activeState}: ${unit.id} ${unit.subState}`, FOR_LONG);
  const why = unit.result === 'success' || unit.result === '' ? '' : ` (${unit.result})`;
  return down(judgement, `does not run: ${unit.id} is ${unit.activeState}${why}`);
}

function judgeSilent(judgement: Judgement, silent: Silent, what: string, activeAfter: Duration): Finding {
  const { daemon, details, limits } = judgement;
  const { name } = daemon.service;
  const { verdict, why, ...starved } = judgeSilence(silent.progress, limits);
  const backlog = silent.backlogFull ? ' (its backlog is full)' : '';
  const message = `${name} ${what} within ${formatDuration(silent.after)}${backlog} and ${why}`;
  const { hung, slow } = REASONS[name];
  if (verdict === 'hung') return fault(containerRuntimeUnhealthy, hung, message, details);
  if (slow === undefined) return unknown(message, { subject: subjectOf(daemon), evidence: evidenceOf(daemon) });
  return fault(containerRuntimeUnhealthy, slow, message, { ...details, ...starved, state: 'suspected', activeAfter });
}

function judgeCheap(judgement: Judgement): Finding | undefined {
  const { cheap, service, unit } = judgement.daemon;
  const subject = subjectOf(judgement.daemon);
  switch (cheap.kind) {
    case 'answered':
      return undefined;
    case 'down': {
      const running = unit === undefined ? '' : ` although ${unit.id} is ${unit.activeState}`;
      return down(
        judgement,
        `does not listen on ${service.socketPath} (${cheap.how === 'missing' ? 'no socket' : 'connection refused'})${running}`,
      );
    }
    case 'silent':
      return judgeSilent(judgement, cheap, `gave no answer to ${cheapCall(service)}`, SLOW_PING);
    case 'refusing':
      return down(judgement, `answers ${cheap.what}`, FOR_LONG);
    case 'denied':
      return unknown(`${service.socketPath}: permission denied; run as root`, { subject });
    case 'failed':
      return unknown(`${service.name} at ${service.socketPath}: ${cheap.what}`, { subject });
  }
}

function judgeList(judgement: Judgement): Finding | undefined {
  const { list, service } = judgement.daemon;
  if (list === undefined || list.kind === 'answered') return undefined;
  if (list.kind === 'silent')
    return judgeSilent(judgement, list, `answers ${cheapCall(service)} but gave no list of containers`, SLOW_LIST);
  if (list.kind === 'refusing') return down(judgement, `answers the list of containers with ${list.what}`, FOR_LONG);
  const what = list.kind === 'failed' ? list.what : list.kind;
  return unknown(`${service.name} answers, but its list of containers: ${what}`, { subject: subjectOf(judgement.daemon) });
}

/** cri-dockerd gives the name and version of the docker behind it. */
function nameOf(service: string, version = ''): string {
  if (version === '') return service;
  return version.startsWith(`${service} `) ? version : `${service} (${version})`;
}

function healthy({ daemon, details }: Judgement): Finding {
  const { cheap, list, containers = 0, service, version } = daemon;
  const name = nameOf(service.name, version);
  const soon = cheap.kind === 'answered' && cheap.took > 0 ? ` in ${formatDuration(cheap.took)}` : '';
  const listed = list?.kind === 'answered' ? `, its list of ${countContainers(containers)} in ${formatDuration(list.took)}` : '';
  const { subject, evidence } = details;
  return pass(`${name} answers${soon}${listed}`, {
    ...(subject === undefined ? {} : { subject }),
    ...(evidence === undefined ? {} : { evidence }),
  });
}

/** One finding for one daemon. `details`: evidence and advice that the facts around it give. */
export function judgeDaemon(daemon: Daemon, more: FaultDetails, limits: SilenceLimits): Finding {
  const { evidence = [], ...rest } = more;
  const judgement: Judgement = {
    daemon,
    limits,
    details: {
      ...rest,
      subject: subjectOf(daemon),
      evidence: [...evidenceOf(daemon), ...evidence],
      ...(isUnused(daemon) ? { severity: 'notice' as const } : {}),
    },
  };
  const unready = daemon.notReady === undefined ? undefined : down(judgement, `says it is not ready: ${daemon.notReady}`);
  return judgeUnit(judgement) ?? judgeCheap(judgement) ?? judgeList(judgement) ?? unready ?? healthy(judgement);
}
