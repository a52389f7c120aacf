import { setTimeout } from 'node:timers/promises';
import { AgentError } from '../../lib/errors.ts';
import { type AccessReport, readAccess } from '../../lib/kube/access.ts';
import { bootClock } from '../../lib/ledger/clock.ts';
import { readLedger } from '../../lib/ledger/read.ts';
import { safeJson } from '../../lib/model/printable.ts';
import type { DoctorReport } from '../../lib/model/report.ts';
import { seconds } from '../../lib/model/units.ts';
import { HEALTH_STATUS } from '../../lib/policy/health.ts';
import { problemKey } from '../../lib/reporters/problem-words.ts';
import { type Command, type CommandContext, listOption, type OptionValues, shared, textOption } from '../command.ts';
import { composeHost, composeNode } from '../compose.ts';
import { configOf, identityOf } from '../configuration.ts';
import { examine } from '../examine.ts';
import { fix } from '../fix.ts';
import type { Tried } from '../look-around.ts';
import { renderAccess } from '../output/access.ts';
import { type Page, renderDoctor } from '../output/doctor.ts';
import { pageOf } from '../output/language.ts';
import { isRoot } from '../person.ts';
import { readRunning } from '../running.ts';
import { statePaths } from '../state-paths.ts';
import { chooseSubject, type Subject, subjectOptions } from '../subject.ts';
import type { Terminal } from '../terminal.ts';
import { version } from '../version.ts';

/** Time between two looks of --watch. */
const WATCH_INTERVAL = seconds(5);

/** What doctor says: of a host that was asked itself, with the identity that speaks for it. */
type Said = DoctorReport & { readonly identity?: AccessReport };

function show(report: Said, options: OptionValues, terminal: Terminal, page: Page): void {
  if (options.json !== true) {
    if (options.watch === true && terminal.interactive) terminal.print('\x1b[H\x1b[2J');
    terminal.print(renderDoctor(report, page));
    if (report.identity !== undefined) terminal.print(`\n${renderAccess(report.identity, page)}`);
    return;
  }
  // One document per line while watching, so that a reader can take them one by one.
  terminal.print(`${options.watch === true ? safeJson(report) : safeJson(report, 2)}\n`);
}

async function accessOf({ cluster, config }: Subject): Promise<AccessReport | undefined> {
  return cluster === undefined || !config.cluster.enabled ? undefined : await readAccess(cluster);
}

/** What was tried on this host, where the ledger may be read; a recording has none. */
async function triedBefore({ cluster, config }: Subject): Promise<{ readonly tried?: Tried }> {
  if (cluster === undefined) return {};
  const { ledger, runtimeLedger } = statePaths(config);
  const { entries } = await readLedger([ledger, runtimeLedger]);
  return entries.length === 0 ? {} : { tried: { entries, now: bootClock()() } };
}

/** Where the ledger is closed to the caller, what the running agent says of it. */
async function withGivenUp(report: DoctorReport, { cluster, host }: Subject, options: OptionValues): Promise<DoctorReport> {
  const running = cluster === undefined ? undefined : await readRunning(host, textOption(options, 'config'));
  const givenUp = new Set((running?.problems ?? []).filter(({ exhausted }) => exhausted).map(problemKey));
  const mark = (problem: DoctorReport['problems'][number]) => (givenUp.has(problemKey(problem)) ? { exhausted: true } : {});
  return givenUp.size === 0 ? report : { ...report, problems: report.problems.map((one) => ({ ...one, ...mark(one) })) };
}

/** What --fix cannot be combined with: it is a conversation with one person about this host. */
function refuseBesideFix(options: OptionValues): void {
  const beside = ['json', 'watch', 'replay'].filter((name) => options[name] !== undefined && options[name] !== false);
  if (beside.length > 0)
    throw new AgentError('ARGUMENT_INVALID', `doctor: --fix goes without ${beside.map((name) => `--${name}`).join(', ')}`);
  if (!isRoot()) throw new AgentError('PERMISSION_DENIED', 'doctor --fix repairs this node');
}

/** On the node itself, and once: a walk through a file system takes seconds. */
const looksForUsers = ({ cluster }: Subject, { watch }: OptionValues) => cluster !== undefined && watch !== true;

async function run({ options, terminal }: CommandContext): Promise<number> {
  const only = listOption(options, 'only');
  if (options.fix === true) {
    refuseBesideFix(options);
    const config = await configOf(composeHost(), textOption(options, 'config'));
    const node = composeNode(identityOf(config, textOption(options, 'kubeconfig')));
    return await fix({ node, config, only, yes: options.yes === true, terminal });
  }
  if (options.yes === true) throw new AgentError('ARGUMENT_INVALID', 'doctor: --yes belongs to --fix');
  const subject = await chooseSubject(options);
  const tried = await triedBefore(subject);
  const look = async (): Promise<Said> => {
    const [report, identity] = await Promise.all([
      examine(subject.host, { config: subject.config, only, version, users: looksForUsers(subject, options), ...tried }),
      only.length === 0 ? accessOf(subject) : undefined,
    ]);
    const said = tried.tried === undefined ? await withGivenUp(report, subject, options) : report;
    return identity === undefined ? said : { ...said, identity };
  };
  const page = await pageOf(terminal);
  let report = await look();
  show(report, options, terminal, page);
  while (options.watch === true && terminal.writable()) {
    await setTimeout(WATCH_INTERVAL);
    report = await look();
    show(report, options, terminal, page);
  }
  return HEALTH_STATUS[report.health];
}

export const doctor: Command = {
  name: 'doctor',
  summary: 'one look at this node: what is wrong, why, what would be done, what to type',
  example: 'nodemend doctor\nnodemend doctor --only container-runtime,pleg-health --json\nnodemend doctor --fix',
  options: {
    only: { type: 'string', multiple: true, value: 'CHECK,…', description: 'these checks alone' },
    fix: {
      type: 'boolean',
      description:
        "have the first allowed remedy done, by the running agent if there is one; the agent's guards and budgets hold",
    },
    yes: { type: 'boolean', description: 'with --fix: do not ask' },
    watch: { type: 'boolean', description: 'look again every 5 s until interrupted; with --json one document per line' },
    json: shared.json,
    ...subjectOptions,
  },
  run,
};
