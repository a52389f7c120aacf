import { parseJson, toObject } from '../../lib/model/json.ts';
import { done, failed, refused, type StepContext, type StepOf, type StepOutcome, stopAt } from './step.ts';

interface Said {
  readonly result?: { readonly outcome?: string; readonly message?: string };
}

/** The last document of what the command printed. */
const parseSaid = (text: string): Said => toObject(parseJson(text));

/**
 * By the very command a person would type: it plans the complete set, writes it, restarts the kubelet through this agent's own
 * remedy and guards, proves that the running kubelet has it, and else puts back every byte.
 */
export async function setEviction(step: StepOf<'set-eviction'>, { control, launcher }: StepContext): Promise<StepOutcome> {
  const { signal, threshold, within } = step;
  const wanted = `${signal}<${threshold}`;
  if (launcher === undefined)
    return refused(`only a running agent does it; type: nodemend tune eviction --set '${wanted}' --allow-weaker --apply`);
  const argv = [launcher, 'tune', 'eviction', '--set', wanted, '--allow-weaker', '--apply', '--json'] as const;
  const answer = await control.control({ kind: 'program', argv, within });
  const { result } = parseSaid('said' in answer ? (answer.said ?? '') : '');
  const stop = stopAt(answer, `tune eviction --set ${wanted}`);
  if (stop !== undefined && result === undefined) return stop;
  const message = `${wanted}: ${result?.message ?? 'what tune eviction said could not be read'}`;
  return result?.outcome === 'applied' ? done(message) : failed(message);
}
