import type { Plan, PlanContext, Refusal, Remedy } from '../model/remedy.ts';
import { minutes, seconds } from '../model/units.ts';
import { bringBack, isRefusal, refuse } from './steps/restart-unit.ts';
import { runtimeFor, runtimeUnit } from './steps/runtime-unit.ts';

/** dockerd says it is ready (Type=notify) only after it has looked at every container it finds. */
const WITHIN = minutes(2);
const SETTLE = seconds(60);

function plan(context: PlanContext): Plan | Refusal {
  const { fault, runtimes, units } = context;
  const runtime = runtimeFor(fault, runtimes);
  if (runtime === undefined) return refuse('no container runtime that the kubelet uses was found');
  if (runtime.inside !== undefined) return refuse(`${runtime.name} runs inside ${runtime.inside} and has no unit of its own`);
  if (units === undefined) return refuse('systemd does not answer');
  const unit = runtimeUnit(fault, runtime, units);
  if (unit === undefined) return refuse(`${runtime.units[0] ?? runtime.name} is not installed`);
  const step = bringBack(unit, context, WITHIN);
  return isRefusal(step) ? step : { kind: 'plan', steps: [step], delay: 0, settle: SETTLE };
}

export const restartRuntime: Remedy = {
  id: 'restart-runtime',
  title: 'restart the container runtime',
  disruption: 'local',
  enabledByDefault: true,
  plan,
};
