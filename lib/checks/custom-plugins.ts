import { fillIn } from '../model/advice.ts';
import { defineCheck } from '../model/check.ts';
import { type Finding, fault, pass, skip, unknown } from '../model/finding.ts';
import type { PluginWord } from '../model/plugin-word.ts';
import { seconds } from '../model/units.ts';
import { pluginUnhealthy } from '../problems/plugin-unhealthy.ts';
import { pluginConditions, type SilentPlugin } from '../sources/host/plugin-conditions.ts';

/** Any type and reason that an operator's file may name. Root runs the program, so that its word can be acted upon. */
function judge({ type, status, reason, message, since, path = '' }: PluginWord): Finding {
  const evidence = [{ from: path, excerpt: message }];
  if (status === 'Unknown') return unknown(`${type}: ${message}`, { subject: type, evidence });
  if (status === 'False') return pass(`${type} is False`, { subject: type });
  const said = message === '' ? `${path} says so` : message;
  const details = { verdict: 'warn', severity: 'warning', state: 'active', advice: [], evidence } as const;
  return { ...details, type, reason, message: said, since, clearedBy: type };
}

function judgeSilent({ path, why }: SilentPlugin): Finding {
  const advice = fillIn(pluginUnhealthy.advice, { PLUGIN: path });
  return fault(pluginUnhealthy, 'PluginNotRun', why, { subject: path, advice });
}

/** What the operator's own programs say; the daemon wakes it when one of them says something else. */
export const customPlugins = defineCheck({
  id: 'custom-plugins',
  title: 'custom plugins run and find nothing',
  interval: seconds(30),
  sources: { conditions: pluginConditions },
  problems: [pluginUnhealthy],
  settings: {},
  evaluate({ conditions }) {
    if (conditions.kind === 'no-agent') return [skip(conditions.why)];
    const { plugins, words, silent } = conditions;
    if (plugins === 0 && words.length === 0) return [skip('no custom plugin')];
    const findings = [...words.filter(({ path }) => path !== undefined).map(judge), ...silent.map(judgeSilent)];
    const waiting = words.filter(({ path }) => path === undefined).map(({ type }) => type);
    // About the whole check: what stood before a restart is not over because nobody has looked yet.
    if (waiting.length > 0) return [...findings, unknown(`no plugin has ended yet for ${waiting.join(', ')}`)];
    if (findings.length > 0) return findings;
    return [pass(`${plugins} ${plugins === 1 ? 'plugin is' : 'plugins are'} run`)];
  },
});
