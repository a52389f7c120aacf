import * as z from 'zod/mini';
import type { Check } from '../model/check.ts';
import { parseCron } from '../model/cron.ts';
import type { DrainSettings } from '../model/move-work.ts';
import { nearest } from '../model/nearest.ts';
import type { ProblemDefinition } from '../model/problem.ts';
import type { RebootSettings } from '../model/reboot.ts';
import type { ReclaimSettings } from '../model/reclaim.ts';
import type { Disruption, Remedy } from '../model/remedy.ts';
import type { Setting } from '../model/setting.ts';
import { type Duration, minutes, seconds } from '../model/units.ts';
import { blockers } from './blockers.ts';
import { remedyOptions } from './remedy-options.ts';
import { formatGoDuration, formatRatio } from './text.ts';
import {
  absolutePath,
  count,
  duration,
  flag,
  isTimeZone,
  key,
  known,
  oneOf,
  ratio,
  section,
  share,
  text,
  words,
  writablePath,
} from './values.ts';

/** What the program is made of; the keys below `checks`, `remedies` and `ladders` follow from it. */
export interface Catalogue {
  readonly checks: readonly Check[];
  readonly remedies: readonly Remedy[];
  readonly problems: readonly ProblemDefinition[];
}

/** `enabled`, `interval`, and the check's own settings beside them. */
export interface CheckConfig {
  readonly enabled: boolean;
  readonly interval: Duration;
  readonly [setting: string]: boolean | number | readonly string[];
}

/** The rest is of drain alone. */
export interface RemedyConfig extends Partial<DrainSettings> {
  readonly enabled: boolean;
  readonly disruption: Disruption;
  readonly cooldown: Duration;
  readonly attempts: number;
  readonly per: Duration;
  /** Of reclaim-disk. */
  readonly steps?: ReclaimSettings;
  /** Of reboot. */
  readonly inhibitors?: RebootSettings['inhibitors'];
  readonly within?: Duration;
  readonly validation?: RebootSettings['validation'];
  /** Of set-eviction-hard: thresholds by signal. */
  readonly floors?: Readonly<Record<string, string>>;
}

function settingKey(setting: Setting) {
  switch (setting.type) {
    case 'duration':
      return key(duration(), formatGoDuration(setting.default), setting.why);
    case 'ratio':
      return key(ratio(), formatRatio(setting.default), setting.why);
    case 'count':
      return key(count(), setting.default, setting.why);
    case 'strings':
      return key(words(), [...setting.default], setting.why);
  }
}

/** Not shorter than a second: a check that runs all the time is load on a node that may be in trouble. */
function checkSection(check: Check) {
  // Those of a remedy are written there.
  const own = check.ofRemedy === undefined ? Object.entries(check.settings) : [];
  const settings = own.map(([name, setting]) => [name, settingKey(setting)] as const);
  const fields = {
    enabled: key(flag(), true, 'false: the check neither runs nor reports'),
    interval: key(duration(seconds(1)), formatGoDuration(check.interval), 'how often the agent runs it'),
    ...Object.fromEntries(settings),
  };
  return key(section(fields), {}, check.title);
}

function remedySection(remedy: Remedy) {
  const fields = {
    enabled: key(flag(), remedy.enabledByDefault, `disruption: ${remedy.disruption}`),
    disruption: key(
      oneOf('none', 'local', 'workload', 'node'),
      remedy.disruption,
      'the most it may disrupt here: a runtime restart whose containers would not survive is `workload`',
    ),
    cooldown: key(duration(), '5m', 'rest after an attempt, so that its effect can show'),
    attempts: key(count(1), 3, 'attempts per fault within `per`; what three did not cure a fourth will not'),
    per: key(duration(seconds(1)), '1h', 'the time in which attempts are counted'),
    ...remedyOptions[remedy.id],
  };
  return key(section(fields), {}, remedy.title);
}

function sections<Item extends { readonly id: string }, Value>(items: readonly Item[], make: (item: Item) => z.core.$ZodType) {
  const shape = Object.fromEntries(items.map((item) => [item.id, make(item)]));
  return section(shape) as unknown as z.ZodMiniType<Readonly<Record<string, Value>>, Readonly<Record<string, unknown>>>;
}

/** A type nobody knows is a log monitor's own, unless it is a known one with a slip of the pen. */
function ladderSection({ problems, remedies }: Catalogue) {
  const known = problems.flatMap(({ type, reasons }) => [type, ...Object.keys(reasons).map((reason) => `${type}/${reason}`)]);
  const remedyId = oneOf(...remedies.map(({ id }) => id));
  const rungs = z.array(remedyId, { error: 'a list of remedies' });
  return z.record(z.string(), rungs, { error: 'a mapping of Type or Type/Reason to a list of remedies' }).check((context) => {
    for (const name of Object.keys(context.value)) {
      const meant = known.includes(name) ? undefined : nearest(name, known);
      const wellFormed = /^[A-Z]\w*(\/[A-Z]\w*)?$/.test(name);
      if (wellFormed && meant === undefined) continue;
      const message = meant ?? 'Type or Type/Reason';
      context.issues.push({ code: 'custom', input: name, path: [name], message, params: { part: 'key' } });
    }
  });
}

const window = () =>
  section({
    cron: known('five fields as in crontab(5), such as "0 2 * * sat"', (given) => parseCron(given) !== undefined),
    duration: duration(minutes(1), minutes(7 * 24 * 60)),
    timeZone: key(known('a time zone such as "Europe/Berlin"', isTimeZone), 'UTC', 'zone of the tz database'),
  });

export function configSchema(catalogue: Catalogue) {
  const checks = sections<Check, CheckConfig>(catalogue.checks, checkSection);
  const remedies = sections<Remedy, RemedyConfig>(catalogue.remedies, remedySection);
  const cluster = section({
    enabled: key(flag(), true, 'false: nothing is read from or written to the API server'),
    kubeconfig: key(
      text('auto or an absolute path', /^(auto|\/.*)$/),
      'auto',
      'auto: /etc/nodemend/kubeconfig if it exists, else the identity of the kubelet',
    ),
  });
  const metrics = section({
    listen: key(
      text('HOST:PORT, or "" for none', /^(|(\[[\da-fA-F:]+\]|[^\s:]+):\d{1,5})$/),
      '127.0.0.1:20280',
      'address of the metrics; "" = off',
    ),
    textfile: key(
      text('an absolute path that ends in .prom, or "" for none', /^(|\/.*\.prom)$/),
      '',
      "the same text as a file in the directory of node_exporter's textfile collector, every 30 s",
    ),
  });
  const monitors = section({
    directory: key(
      absolutePath(),
      '/etc/nodemend/monitors',
      "log monitors and plugins in node-problem-detector's formats; read at the start",
    ),
    defaults: key(flag(), true, 'our own rules for the kernel log run too'),
  });
  const fleet = section({
    maxConcurrent: key(share(), 1, 'nodes of the cluster in a disruptive remedy at one time: a number or a percentage'),
    perZone: key(share(), 1, 'the same within one zone'),
  });
  const breaker = section({
    unhealthy: key(share(1), 'max(2, 30%)', 'other nodes with trouble: then the detector or the control plane is the suspect'),
    sameReason: key(share(1), 'max(5, 2%)', 'other nodes with the same reason'),
    within: key(duration(seconds(1)), '10m', 'the time in which they are counted'),
  });
  const controlPlane = section({
    allow: key(
      flag(),
      false,
      'disruptive remedies on a host with etcd or kube-apiserver, one at a time and with etcd quorum proved',
    ),
  });
  const guards = section({
    blockers: key(blockers(), {}, 'what else keeps disruptive remedies and `maintain` from beginning'),
    windows: key(z.array(window(), { error: 'a list of windows' }), [], 'when disruptive remedies may run; none: always'),
    fleet: key(fleet, {}, 'how many nodes at one time'),
    breaker: key(breaker, {}, 'when all remedies stop'),
    controlPlane: key(controlPlane, {}, 'hosts of the control plane'),
  });
  return section({
    apiVersion: key(oneOf('nodemend.io/v1'), 'nodemend.io/v1', 'version of this format'),
    kind: key(oneOf('AgentConfig'), 'AgentConfig', 'kind of this document'),
    mode: key(oneOf('remedy', 'observe'), 'remedy', 'observe: everything but remedies'),
    nodeName: key(
      text('auto or a node name', /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/),
      'auto',
      "auto: the name in the credential, else the kubelet's --hostname-override, else the host name",
    ),
    stateDirectory: key(writablePath(), '/var/lib/nodemend', 'ledger and evidence; survives a reboot'),
    runtimeDirectory: key(writablePath(), '/run/nodemend', 'status of the running agent; gone after a reboot'),
    cluster: key(cluster, {}, 'the API server'),
    metrics: key(metrics, {}, 'metrics as Prometheus text'),
    monitors: key(monitors, {}, 'log monitors'),
    report: key(
      section({
        conditionAfter: key(duration(), '2m', 'a problem that a local remedy may still cure becomes a condition after this'),
        motd: key(
          flag(),
          true,
          'a line in /run/motd.d/50-nodemend, shown at login, while the node is unwell, remedies are paused or a problem was given up',
        ),
      }),
      {},
      'what is written to the Node, and for whoever logs in',
    ),
    checks: key(checks, {}, 'by check id'),
    remedies: key(remedies, {}, 'by remedy'),
    ladders: key(
      ladderSection(catalogue),
      {},
      'remedies in the order they are tried, by Type or Type/Reason; replaces the built-in ladder',
    ),
    guards: key(guards, {}, 'reasons not to act now'),
  });
}

export type ConfigSchema = ReturnType<typeof configSchema>;
export type AgentConfig = z.output<ConfigSchema>;
