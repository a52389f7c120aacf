import type { ContainerChanges } from './containers.ts';
import type { Run } from './measure.ts';
import type { Scenario } from './scenario.ts';

const over = (name: string, time: number | undefined, limit: number | undefined): string[] => {
  if (limit === undefined) return [];
  if (time === undefined) return [`${name}: never`];
  return time > limit ? [`${name} after ${time} s, limit ${limit} s`] : [];
};

function complaintsOfContainers({ mayLose: most = 0 }: Scenario, { lost, leftOver }: ContainerChanges): string[] {
  return [
    ...(lost.length > most ? [`${lost.length} containers lost, ${most} allowed`] : []),
    ...(leftOver.length > 0 ? [`old processes left: ${leftOver.join(', ')}`] : []),
  ];
}

/** What of a run is not as it should be; empty: it counts. */
export function complaintsOf(scenario: Scenario, run: Run): readonly string[] {
  const { limits = {}, remedy, problem, kubeletRestarts = false } = scenario;
  const { climbs = [] } = scenario;
  const ran = run.remedies.map((one) => one.remedy);
  const wrong = run.remedies.filter((one) => one.remedy !== remedy && !climbs.includes(one.remedy));
  const last = run.remedies.at(-1);
  return [
    ...(run.watched ? [] : ['nothing was seen of the Node: the watch failed']),
    ...(problem === undefined && run.reasons.length > 0 ? [`named ${run.reasons.join(', ')}`] : []),
    ...(problem !== undefined && run.found === undefined ? [`did not name ${problem.reason}`] : []),
    ...over('found', run.found, limits.found),
    ...over('fresh', run.fresh, limits.fresh),
    ...over('restarted', run.restarted, limits.restarted),
    ...(climbs.length > 0 && climbs.join() !== ran.join() ? [`climbed ${ran.join(', ') || 'nothing'}`] : []),
    ...wrong.map((one) => `ran ${one.remedy}: ${one.outcome ?? 'no outcome'}`),
    ...(remedy !== undefined && last?.outcome !== 'succeeded'
      ? [`${remedy}: ${last?.outcome ?? 'did not run'}: ${last?.message ?? ''}`]
      : []),
    ...(scenario.healedBy === undefined || run.healedBy === scenario.healedBy ? [] : [`healed by ${run.healedBy ?? 'nobody'}`]),
    ...complaintsOfContainers(scenario, run.containers),
    ...(run.notReady.length > 0 && !kubeletRestarts ? [`not Ready for ${run.notReady.join(', ')} s`] : []),
    ...run.taints.filter((taint) => taint.endsWith(':NoExecute')).map((taint) => `taint ${taint}`),
  ];
}
