import type { HostView } from '../lib/host/host.ts';
import type { HostControl } from '../lib/host/host-control.ts';
import { isUnavailable } from '../lib/model/source.ts';
import { seconds } from '../lib/model/units.ts';
import { kubeletProcess } from '../lib/sources/kubelet/kubelet-process.ts';
import { dockerInfo } from '../lib/sources/runtime/docker-info.ts';
import { DOCKER_RECORD, dockerRecord } from '../lib/sources/runtime/docker-record.ts';
import { runtimeEndpoint } from '../lib/sources/runtime/runtime-endpoint.ts';
import type { Gatherer } from './gather.ts';
import { type HealthyRuns, openHealthyRuns } from './healthy-runs.ts';
import type { CheckResult } from './round.ts';

export interface KeepsakeParts {
  readonly host: HostView;
  readonly control: HostControl;
  readonly gathered: Gatherer;
  readonly runtimeDirectory: string;
}

/** What good times tell and bad times ask for, kept in /run: written only when it changes. */
export interface Keepsakes {
  readonly healthyRuns: HealthyRuns;
  observe(result: CheckResult): void;
  /** Resolves when nothing is being written. */
  idle(): Promise<void>;
}

/** An answer that a check has only just heard: reading the process behind it then costs docker nothing. */
const JUST_NOW = seconds(5);

export async function openKeepsakes({ host, control, gathered, runtimeDirectory }: KeepsakeParts): Promise<Keepsakes> {
  const healthyRuns = await openHealthyRuns({ host, control, runtimeDirectory });
  let recorded = '';
  let writing: Promise<unknown> = Promise.resolve();

  function unitsHere(): readonly string[] {
    const kubelet = gathered.last?.(kubeletProcess)?.fact.unit;
    const services = gathered.last?.(runtimeEndpoint)?.fact.services ?? [];
    return [...(kubelet === undefined ? [] : [kubelet]), ...services.flatMap(({ units }) => units)];
  }

  async function keepDockersWord(): Promise<void> {
    const info = gathered.last?.(dockerInfo);
    if (info === undefined || info.fact.kind !== 'known' || info.age > JUST_NOW) return;
    const record = await gathered.fact(dockerRecord);
    if (record === undefined || isUnavailable(record)) return;
    const text = `${JSON.stringify(record)}\n`;
    if (text === recorded) return;
    const { kind } = await control.control({ kind: 'write-file', path: DOCKER_RECORD, text, mode: 0o600 });
    if (kind === 'done') recorded = text;
  }

  return {
    healthyRuns,
    observe(result) {
      writing = writing.then(async () => {
        await healthyRuns.observe(result, unitsHere());
        if (result.check.id === 'container-runtime') await keepDockersWord();
      });
    },
    async idle() {
      await writing;
    },
  };
}
