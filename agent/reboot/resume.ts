import type { AgentConfig } from '../../lib/config/schema.ts';
import type { HostView } from '../../lib/host/host.ts';
import type { HostControl } from '../../lib/host/host-control.ts';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { type ActionOutcome, type EntryOf, isKind, type LedgerEntry, type Moment } from '../../lib/model/incident.ts';
import type { RebootSettings } from '../../lib/model/reboot.ts';
import type { RemedyStep } from '../../lib/model/snapshot.ts';
import { type Duration, minutes, seconds } from '../../lib/model/units.ts';
import { unfinished } from '../../lib/policy/still-open.ts';
import { identityOf } from '../configuration.ts';
import { mayBeControlPlane } from '../control-plane.ts';
import { presentFacts } from '../deciding.ts';
import type { Fleet } from '../fleet.ts';
import { lookAtOne } from '../steps/look.ts';
import { awaitReboot } from '../steps/reboot.ts';
import { stopAt } from '../steps/step.ts';
import { AFTER_FILE, AFTER_UNIT, parseRebootReport, REBOOT_FILE, REBOOT_UNIT, rebootProgram } from './program.ts';
import { rebootSettings } from './settings.ts';

export interface ResumeParts {
  readonly host: HostView;
  readonly control: HostControl;
  readonly ledger: Ledger;
  readonly moment: () => Moment;
  readonly config: AgentConfig;
  readonly fleet?: Pick<Fleet, 'resume'>;
  tell(step: RemedyStep): void;
  /** The check that finds this type of problem. */
  checkOf(type: string): string;
  /** Aborted when the agent is told to end. */
  readonly signal: AbortSignal;
}

type Intent = EntryOf<'intent'>;
/** Undefined: this agent ends before it is known; the next one asks again. */
type Ending = { readonly outcome: ActionOutcome; readonly message: string } | undefined;

const LOOK_EVERY = seconds(2);
/** A program starts, and looks a last time. */
const SLACK: Duration = minutes(2);
/** What is on the disk of a control plane: right after the boot its daemons may not have started yet. */
const CONTROL_PLANE = [
  ...['etcd', 'kube-apiserver'].map((name) => `/etc/kubernetes/manifests/${name}.yaml`),
  ...['k3s', 'rke2'].map((name) => `/var/lib/rancher/${name}/server/tls`),
];

/** No boot lies between: the agent was started anew while the host was told to reboot, or before. */
async function withoutBoot({ host, moment, signal }: ResumeParts, { within }: RebootSettings): Promise<Ending> {
  const { boot } = moment();
  const [unit, file] = await Promise.all([lookAtOne(host, REBOOT_UNIT), host.readFile(REBOOT_FILE)]);
  const report = file.kind === 'text' ? parseRebootReport(file.text, { boot }) : undefined;
  const isRunning = unit?.activeState === 'active' || unit?.activeState === 'activating';
  if (report === undefined && !isRunning)
    return { outcome: 'interrupted', message: 'the agent ended before the host was told to reboot' };
  const { kind, why } = await awaitReboot({ boot }, { within }, { host, signal });
  if (kind === 'begun') return undefined;
  return { outcome: kind === 'done' ? 'succeeded' : kind, message: why };
}

async function begin(parts: ResumeParts, id: string, { type }: Intent, settings: RebootSettings): Promise<string | undefined> {
  const { host, control, config, checkOf } = parts;
  const unit = await lookAtOne(host, AFTER_UNIT);
  // Of the agent before this one: it says how it ended all the same.
  if (unit?.activeState === 'active') return undefined;
  await control.control({ kind: 'unit', verb: 'reset-failed', unit: AFTER_UNIT });
  const identity = identityOf(config, undefined);
  const rebootedFor = { check: checkOf(type), type };
  const argv = rebootProgram({ do: 'after', id, identity, settings, rebootedFor, resultFile: AFTER_FILE });
  return stopAt(await control.control({ kind: 'begin-program', unit: AFTER_UNIT, argv }), AFTER_UNIT)?.why;
}

/** Another boot id than the intent's: the host was rebooted. Whether it is well is for a program of its own to prove. */
async function afterBoot(parts: ResumeParts, intent: Intent, settings: RebootSettings): Promise<Ending> {
  const { host, signal, moment } = parts;
  const rebooted = `rebooted: boot id ${intent.boot} before, ${moment().boot} now`;
  const id = intent.action;
  const { stable, within } = settings.validation;
  const until = host.clock.monotonic() + stable + within + SLACK;
  const read = async () => {
    const file = await host.readFile(AFTER_FILE);
    return file.kind === 'text' ? parseRebootReport(file.text, { id, boot: moment().boot }) : undefined;
  };
  const cannot = (await read()) === undefined ? await begin(parts, id, intent, settings) : undefined;
  if (cannot !== undefined) return { outcome: 'failed', message: `${rebooted}; nobody could validate it: ${cannot}` };
  while (host.clock.monotonic() < until) {
    const report = await read();
    if (report !== undefined)
      return { outcome: report.kind === 'done' ? 'succeeded' : 'failed', message: `${rebooted}; ${report.why}` };
    if (signal.aborted) return undefined;
    await host.clock.sleep(LOOK_EVERY, signal).catch(() => undefined);
  }
  return { outcome: 'timed-out', message: `${rebooted}; ${AFTER_UNIT} has not said how it ended` };
}

async function controlPlaneHere({ host }: ResumeParts): Promise<boolean> {
  const looks = await Promise.all(CONTROL_PLANE.map((path) => host.fileStatus(path)));
  return looks.some(({ kind }) => kind === 'status') || (await mayBeControlPlane(presentFacts(host)));
}

const reasonOf = (entries: readonly LedgerEntry[], { incident, type }: Intent): string =>
  entries.filter(isKind('opened')).find((opened) => opened.incident === incident)?.reason ?? type;

async function close(
  parts: ResumeParts,
  intent: Intent & { readonly reason: string },
  ending: NonNullable<Ending>,
): Promise<void> {
  const { ledger, host, tell } = parts;
  const { outcome, message } = ending;
  const { action, incident, remedy, type, subject, reason } = intent;
  await ledger.append({ kind: 'outcome', action, incident, remedy, outcome, message });
  const about = { at: host.clock.now(), type, reason, remedy, outcome, message, ...(subject === undefined ? {} : { subject }) };
  tell({ kind: outcome === 'succeeded' ? 'succeeded' : 'failed', ...about });
}

/** Ends what an agent before this one began: a reboot is over when it is proved and validated, or given up. */
export async function resumeReboot(parts: ResumeParts): Promise<void> {
  const { ledger, fleet, moment, config } = parts;
  const open = unfinished(ledger.entries).filter(({ remedy }) => remedy === 'reboot');
  const settings = rebootSettings(config);
  for (const intent of open) {
    // By the time that it is validated its incident may be closed, and gone from the ledger's memory.
    const reason = reasonOf(ledger.entries, intent);
    const trouble = { reason, stood: 0, controlPlane: await controlPlaneHere(parts) };
    const end = await fleet?.resume('reboot', trouble);
    const hasRebooted = intent.boot !== moment().boot;
    const ending =
      settings === undefined
        ? ({ outcome: 'failed', message: 'remedies.reboot is not configured any more' } as const)
        : await (hasRebooted ? afterBoot(parts, intent, settings) : withoutBoot(parts, settings));
    // The claim stands as long as nobody knows.
    if (ending === undefined) return;
    await close(parts, { ...intent, reason }, ending);
    await end?.();
  }
}
