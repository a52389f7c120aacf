import { describe, expect, it } from 'vitest';
import { RuleMatcher } from '../../../lib/monitors/match/rule-matcher.ts';
import { needlesOf } from '../../../lib/monitors/regexp/needles.ts';
import { Regexp } from '../../../lib/monitors/regexp/regexp.ts';
import { defaultMonitors, toLogMonitor } from '../../../lib/monitors/rules/default-monitors.ts';
import { daemonLines, kernelLines, quietLines } from './lines.ts';

const monitors = new Map(defaultMonitors.map((monitor) => [monitor.id, toLogMonitor(monitor)]));
const matchers = new Map(
  [...monitors].map(([id, { rules, bufferSize }]) => [
    id,
    new RuleMatcher(
      rules.map(({ line }) => line),
      bufferSize,
    ),
  ]),
);

function matched(id: string, message: string) {
  const monitor = monitors.get(id) ?? expect.fail(id);
  const matcher = matchers.get(id) ?? expect.fail(id);
  return matcher.push({ message, time: 0, trusted: true }).flatMap(({ rule }) => monitor.rules[rule] ?? []);
}

const said = (id: string, message: string) =>
  matched(id, message).map(({ reason, line }) => {
    const subject = line.regexp.named('subject', message);
    return subject === undefined ? reason : `${reason} ${subject}`;
  });

describe('the kernel’s lines', () => {
  it.each(kernelLines)('%s', (line, ...expected) => {
    expect(said('default:kernel', line)).toEqual(expected);
  });
});

describe('the daemons’ lines', () => {
  it.each(daemonLines)('%s: %s', (id, line, ...expected) => {
    expect(said(id, line)).toEqual(expected);
  });
});

describe('a healthy node’s lines', () => {
  it.each(quietLines)('%s', (line) => {
    expect([...monitors.keys()].flatMap((id) => said(id, line))).toEqual([]);
  });
});

describe('the default rules', () => {
  const rules = defaultMonitors.flatMap((monitor) => monitor.rules.map((rule) => ({ monitor, rule })));

  it('each have a line that they match', () => {
    const seen = new Set([
      ...kernelLines.flatMap(([line]) => matched('default:kernel', line)),
      ...daemonLines.flatMap(([id, line]) => matched(id, line)),
    ]);

    expect(
      [...monitors.values()].flatMap((monitor) =>
        monitor.rules.filter((rule) => !seen.has(rule)).map(({ line }) => line.pattern),
      ),
    ).toEqual([]);
  });

  it.each(rules)('$monitor.id $rule.reason is complete', ({ monitor, rule }) => {
    expect(rule.reason).toMatch(/^[A-Z][A-Za-z0-9]+$/);
    expect(rule.wording).not.toBe('');
    expect(monitor.conditions.map(({ type }) => type)).toEqual(
      rule.condition === undefined ? expect.anything() : expect.arrayContaining([rule.condition]),
    );
    expect(rule.condition === undefined || rule.advice.length > 0).toBe(true);
    expect(rule.recheck === undefined || rule.pattern.includes('(?P<subject>') || rule.recheck === 'conntrack').toBe(true);
    // Without one every line of the node would be tried.
    expect(needlesOf(new Regexp(rule.pattern).node)).toBeDefined();
  });

  it('have healthy words for each condition, and each condition a rule', () => {
    for (const { conditions, rules: own } of defaultMonitors) {
      for (const { type, reason, message } of conditions) {
        expect(own.map(({ condition }) => condition)).toContain(type);
        expect(reason).toMatch(/^[A-Z][A-Za-z0-9]+$/);
        expect(message).not.toBe('');
      }
    }
  });

  it('need no line without a needle', () => {
    expect([...matchers.values()].map(({ needsEveryLine }) => needsEveryLine)).toEqual(defaultMonitors.map(() => false));
  });
});
