import { minutes } from '../../lib/model/units.ts';
import type { Outage } from './api-server.ts';
import type { Mark } from './charts.ts';
import type { Scenario } from './scenario.ts';
import { backlog, everyday, inZone, person, volleys, wave } from './scripts.ts';
import { befall, heal } from './trouble.ts';
import { badKernel, imagined, jolt, wedged } from './troubles.ts';

const HOUR = minutes(60);

/** From and to as parts of the run. */
const marked =
  (...marks: readonly (readonly [number, number, string])[]) =>
  (hours: number): readonly Mark[] =>
    marks.map(([from, to, name]) => ({ from: from * hours, to: to * hours, name }));
export const scenarios: readonly Scenario[] = [
  {
    name: 'ordinary',
    title: 'ordinary days: hangs, dead daemons, some nodes that only a reboot cures',
    expectation: 'local remedies within seconds, disruptive ones never beyond the budget, the breaker stays closed',
    script: (context, end) => everyday(context, end, 0.05),
  },
  {
    name: 'bad-kernel',
    title: 'a bad kernel is rolled out everywhere, and back again',
    expectation: 'the breaker opens after the first nodes; the fleet is not restarted, drained and rebooted in vain',
    marks: marked([0.1, 0.25, 'bad kernel rolls out'], [0.35, 0.45, 'rolled back']),
    script: (context, end) => [
      ...everyday(context, end, 0.01),
      ...wave(context, end * 0.1, end * 0.25, (node) => befall(context, node, badKernel)),
      ...wave(context, end * 0.35, end * 0.45, (node) => heal(context, node, 'healed')),
    ],
  },
  {
    name: 'zone-down',
    title: 'one zone loses its runtimes and its way to the API server',
    expectation: 'nodes of that zone may do one local remedy in ten minutes on their own; the others go on',
    marks: marked([0.2, 0.3, 'zone-1 cut off'], [0.4, 0.41, 'its runtimes are back']),
    outages: (hours) => [{ from: hours * HOUR * 0.2, to: hours * HOUR * 0.3, zone: 'zone-1' }],
    script: (context, end) => [
      ...everyday(context, end, 0.02),
      ...wave(
        context,
        end * 0.2,
        end * 0.21,
        inZone('zone-1', (node) => befall(context, node, wedged, end * 0.2)),
      ),
    ],
  },
  {
    name: 'backlog',
    title: 'more nodes need a reboot than the budget lets go at once',
    expectation: 'they wait their turn; the budget is used up and never exceeded, and all of them are cured in the end',
    marks: marked([0.75, 1, 'a person resets the breaker']),
    script: (context, end) => [...backlog(context, end), ...person(context, end)],
  },
  {
    name: 'zone-backlog',
    title: 'the nodes that need a reboot are all of one zone',
    expectation: 'the budget of the zone holds them, and the other zones lose nothing',
    marks: marked([0.75, 1, 'a person resets the breaker']),
    script: (context, end) => [...backlog(context, end, 'zone-1'), ...person(context, end)],
  },
  {
    name: 'partition',
    title: 'more nodes need a reboot than the budget lets go, and zone after zone loses its way to the API server',
    expectation: 'a node that is cut off begins nothing disruptive; its claim outlives the longest remedy',
    marks: (hours) => [
      ...Array.from({ length: Math.floor(hours) }, (_, hour): Mark => ({ from: hour + 0.5, to: hour + 0.75, name: '' })),
      { from: hours * 0.75, to: hours, name: 'a person resets the breaker' },
    ],
    outages: (hours) =>
      Array.from({ length: Math.floor(hours) }, (_, hour): Outage => {
        const from = hour * HOUR + minutes(30);
        return { from, to: from + minutes(15), zone: `zone-${hour % 3}` };
      }),
    script: (context, end) => [...backlog(context, end), ...person(context, end)],
  },
  {
    name: 'api-flapping',
    title: 'the API server comes and goes, two minutes up and one down',
    expectation: 'no claim is lost over it, and its load stays bounded',
    marks: marked([0.2, 0.7, 'API server away for one minute in three']),
    outages: (hours) =>
      Array.from({ length: Math.floor(hours * 20 * 0.5) }, (_, index): Outage => {
        const from = hours * HOUR * 0.2 + index * minutes(3);
        return { from, to: from + minutes(1) };
      }),
    script: (context, end) => everyday(context, end, 0.05),
  },
  {
    name: 'detector-bug',
    title: 'a release whose check finds a hang where there is none',
    expectation: 'the breaker opens; almost no healthy node is touched',
    marks: marked([0.2, 0.22, 'release with the bug'], [0.3, 0.32, 'withdrawn']),
    script: (context, end) => [
      ...everyday(context, end, 0.01),
      ...wave(context, end * 0.2, end * 0.22, (node) => befall(context, node, imagined, end * 0.1)),
    ],
  },
  {
    name: 'same-second',
    title: 'thirty nodes hang in the same second, three times',
    expectation:
      'each of them looks again before its first step, and sees the others: hardly any is restarted until a person has looked',
    marks: marked([0.75, 1, 'a person resets the breaker']),
    script: (context, end) => [
      ...everyday(context, end, 0.02),
      ...volleys(context, end, 30, (node) => befall(context, node, jolt)),
      ...person(context, end),
    ],
  },
  {
    name: 'thundering',
    title: 'the API server is away for an hour in which nodes break, and comes back',
    expectation: 'the reports of the outage arrive spread over a minute or two, not in one second',
    marks: (hours) => [{ from: hours * 0.3, to: hours * 0.3 + 1, name: 'API server away' }],
    outages: (hours) => [{ from: hours * HOUR * 0.3, to: hours * HOUR * 0.3 + HOUR }],
    script: (context, end) => everyday(context, end, 0.3),
  },
  {
    name: 'clock-skew',
    title: 'clocks of the nodes are up to an hour wrong, either way',
    expectation: 'budgets and breaker hold all the same: times are the API server’s',
    skew: (random) => random.between(-HOUR, HOUR),
    script: (context, end) => everyday(context, end, 0.05),
  },
  {
    name: 'two-versions',
    title: 'half of the agents are one version behind, and call a hang by another name',
    expectation: 'the budget counts both; the breaker that counts all reasons still opens',
    marks: marked([0.3, 0.31, 'bad kernel'], [0.5, 0.51, 'rolled back']),
    isOld: (index) => index % 2 === 1,
    script: (context, end) => [
      ...everyday(context, end, 0.02),
      ...wave(context, end * 0.3, end * 0.31, (node) => befall(context, node, badKernel, end * 0.2)),
    ],
  },
];
