import { defineCheck } from '../model/check.ts';
import { SIGNAL_REASONS } from '../model/eviction.ts';
import { type Advice, type Finding, fault, pass, skip, unknown } from '../model/finding.ts';
import { isUnavailable, optional } from '../model/source.ts';
import { minutes } from '../model/units.ts';
import { evictionSignalUnguarded } from '../problems/eviction-signal-unguarded.ts';
import { evictionThresholdRefused } from '../problems/eviction-threshold-refused.ts';
import { evictionTuningBroken } from '../problems/eviction-tuning-broken.ts';
import { type EvictionSignal, type EvictionSignals, evictionSignals as readings } from '../sources/eviction/eviction-signals.ts';
import { evictionTuning } from '../sources/kubelet/eviction-tuning.ts';
import { rulesOf } from '../sources/kubelet/kubelet-defaults.ts';
import { problemText } from '../sources/kubelet/kubelet-effective.ts';
import { judgeTuning } from './kubelet/judge-tuning.ts';

/** The thresholds in force and, for signals without one, the defaults of this version. */
function completeSet({ signals }: EvictionSignals): readonly (readonly [string, string])[] {
  return signals.flatMap(({ signal, thresholds, byDefault }) => {
    const own = thresholds.find(({ kind, source }) => kind === 'hard' && !source.startsWith('same as'));
    const text = own?.text ?? byDefault;
    return text === undefined ? [] : [[signal, text] as const];
  });
}

/** The one line to write, where the present setting stands: a partial set anywhere would lose the others again. */
export function adviceOf(eviction: EvictionSignals): Advice[] {
  const { evictionHardSource: source, kubelet } = eviction;
  const set = completeSet(eviction);
  const flag = `--eviction-hard=${set.map(([signal, text]) => `${signal}<${text}`).join(',')}`;
  if (source.startsWith('flag')) {
    return [{ text: `Instead of the present --eviction-hard write (in a unit file with %% for %): ${flag}` }];
  }
  const yaml = `evictionHard: {${set.map(([signal, text]) => `${signal}: "${text}"`).join(', ')}}`;
  if (!source.startsWith('/')) {
    return [
      { text: `This kubelet has its defaults only with --config: give it a KubeletConfiguration, with or without ${yaml}` },
    ];
  }
  const merge = 'Or keep the partial one and add `mergeDefaultEvictionSettings: true` to the main configuration file';
  return [
    { text: `In ${source} write: ${yaml}` },
    ...(rulesOf(kubelet.version).mergeDefaults ? [{ text: merge }] : []),
    { text: 'Then restart the kubelet', command: 'systemctl restart kubelet' },
  ];
}

function judge(signal: EvictionSignal, eviction: EvictionSignals): Finding {
  const { signal: subject, thresholds, byDefault, absent } = signal;
  if (thresholds.length > 0) {
    const words = thresholds.map(({ kind, text, source, off }) => `${kind} ${text}${off ? ' (turned off)' : ''} from ${source}`);
    return pass(`${subject}: ${words.join(', ')}`, { subject });
  }
  if (byDefault === undefined) return pass(`${subject} has no threshold, and none by default`, { subject });
  if (absent === true) return skip(`${subject}: ${signal.why}`, { subject });
  const isImagefs = subject.startsWith('imagefs');
  if (isImagefs && signal.observed === null) return unknown(`${subject} has no threshold, and ${signal.why}`, { subject });
  if (isImagefs && eviction.sharedImageFilesystem) {
    return pass(`${subject} has no threshold; images lie on the filesystem of nodefs`, { subject });
  }
  const message = `nobody guards ${subject}: evictionHard (${eviction.evictionHardSource}) does not name it, and so its default ${byDefault} is lost`;
  return fault(evictionSignalUnguarded, SIGNAL_REASONS[subject], message, {
    subject,
    evidence: [{ from: eviction.evictionHardSource, excerpt: configured(eviction) }],
    advice: adviceOf(eviction),
  });
}

function configured({ signals }: EvictionSignals): string {
  const hard = signals.flatMap(({ signal, thresholds }) =>
    thresholds.filter(({ kind }) => kind === 'hard').map(({ text }) => `${signal}<${text}`),
  );
  return hard.length === 0 ? 'no evictionHard' : hard.join(',');
}

export const evictionConfig = defineCheck({
  id: 'eviction-config',
  title: 'every eviction signal has its threshold, and the kubelet accepts them',
  interval: minutes(1),
  sources: { eviction: readings, tuning: optional(evictionTuning) },
  problems: [evictionSignalUnguarded, evictionThresholdRefused, evictionTuningBroken],
  settings: {},
  evaluate({ eviction, tuning }) {
    if (!eviction.kubelet.installed) return [skip(eviction.kubelet.source)];
    const tuned = isUnavailable(tuning) ? [] : judgeTuning(tuning);
    const unread = eviction.problems.map((problem) => unknown(problemText(problem), { subject: problem.file }));
    const refused = eviction.refusals.map(({ signal, message, source }) =>
      fault(evictionThresholdRefused, 'ThresholdRefused', `${message}; a kubelet started with it exits`, {
        subject: signal,
        evidence: [{ from: source, excerpt: message }],
        advice: [{ text: `Correct it in ${source}, before the kubelet is restarted` }],
      }),
    );
    if (eviction.uncertain !== undefined) return [...tuned, ...unread, ...refused];
    const wrong = new Set(eviction.refusals.map(({ signal }) => signal));
    const judged = eviction.signals.filter(({ signal }) => !wrong.has(signal)).map((signal) => judge(signal, eviction));
    return [...tuned, ...unread, ...refused, ...judged];
  },
});
