import type { Lab } from '../../test/lab/lab.ts';
import { uptime } from '../repairs/clock.ts';
import { isReady, type Seen, type Watch, watchApi } from '../repairs/watch-api.ts';

interface NodeObject {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly unschedulable?: boolean };
  readonly status: {
    readonly nodeInfo: { readonly bootID: string };
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  };
}
interface EventObject {
  readonly reason: string;
  readonly message: string;
  readonly involvedObject: { readonly name: string };
}
interface LeaseObject {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
}

export interface Step {
  /** Of the machine's uptime, ms. */
  readonly at: number;
  readonly what: string;
}

/** What the API server told of one node, in its order, through a reboot of it. */
export interface Course {
  steps(): readonly Step[];
  /** When it was first so, ms of uptime; undefined: never. */
  at(what: string | RegExp): number | undefined;
  end(): void;
}

const as = <Kind>({ object }: Seen) => object as unknown as Kind;

/** Each time it becomes another than it was. */
function changes(seen: readonly Seen[], of: (one: Seen) => string | undefined): readonly Step[] {
  const steps: Step[] = [];
  let before: string | undefined;
  for (const one of seen) {
    const what = of(one);
    if (what !== undefined && before !== undefined && what !== before) steps.push({ at: one.at, what });
    before = what ?? before;
  }
  return steps;
}

const isOn = (conditions: NodeObject['status']['conditions'], type: string): boolean =>
  conditions?.find((one) => one.type === type)?.status === 'True';

export function courseOf(lab: Lab, node: string, condition: string): Course {
  const nodes = watchApi(lab.state, `/api/v1/nodes?fieldSelector=metadata.name%3D${node}`);
  const events = watchApi(lab.state, '/api/v1/namespaces/default/events');
  const leases = watchApi(lab.state, '/apis/coordination.k8s.io/v1/namespaces/nodemend/leases');
  const all: readonly Watch[] = [nodes, events, leases];
  const began = uptime();

  function said(): readonly Step[] {
    return events.seen
      .filter(({ kind, at }) => kind === 'ADDED' && at >= began)
      .map((one) => ({ at: one.at, ...as<EventObject>(one) }))
      .filter(({ involvedObject }) => involvedObject.name === node)
      .map(({ at, reason, message }) => ({ at, what: `event ${reason}: ${message.slice(0, 160)}` }));
  }

  function claims(): readonly Step[] {
    const own = leases.seen.filter((one) => as<LeaseObject>(one).metadata.name === node);
    const claim = (one: Seen) =>
      one.kind === 'DELETED' ? 'none' : (as<LeaseObject>(one).metadata.labels?.['nodemend.io/remedy'] ?? 'none');
    const first = own[0];
    const from = first === undefined || claim(first) === 'none' ? [] : [{ at: first.at, what: `claim ${claim(first)}` }];
    return [...from, ...changes(own, (one) => `claim ${claim(one)}`)];
  }

  const conditionOf = (type: string) => (one: Seen) => `${type} ${isOn(as<NodeObject>(one).status.conditions, type)}`;
  const steps = () =>
    [
      ...said(),
      ...claims(),
      ...changes(nodes.seen, (one) => (as<NodeObject>(one).spec.unschedulable === true ? 'cordoned' : 'open')),
      ...changes(nodes.seen, (one) => `boot ${as<NodeObject>(one).status.nodeInfo.bootID.slice(0, 8)}`),
      ...changes(nodes.seen, ({ object }) => `Ready ${isReady(object)}`),
      ...changes(nodes.seen, conditionOf(condition)),
      ...changes(nodes.seen, conditionOf('DrainScheduled')),
      ...changes(nodes.seen, (one) => `health ${as<NodeObject>(one).metadata.annotations?.['nodemend.io/health']}`),
    ].toSorted((a, b) => a.at - b.at);
  return {
    steps,
    at(what) {
      const is = (text: string) => (typeof what === 'string' ? text === what : what.test(text));
      return steps().find((step) => is(step.what))?.at;
    },
    end() {
      for (const watch of all) watch.end();
    },
  };
}

export function printCourse(course: Course, began: number): void {
  for (const { at, what } of course.steps()) console.log(`  ${((at - began) / 1000).toFixed(1).padStart(7)} s  ${what}`);
}
