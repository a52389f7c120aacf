import { fillIn } from '../../../../../lib/model/advice.ts';
import { defineCheck } from '../../../../../lib/model/check.ts';
import { fault, pass, unknown } from '../../../../../lib/model/finding.ts';
import { setting } from '../../../../../lib/model/setting.ts';
import { minutes } from '../../../../../lib/model/units.ts';
import { zombiesAccumulating } from '../problems/zombies-accumulating.ts';
import { zombieProcesses } from '../sources/host/zombie-processes.ts';

export const zombies = defineCheck({
  id: 'zombies',
  title: 'ended processes are reaped',
  interval: minutes(1),
  sources: { fact: zombieProcesses },
  problems: [zombiesAccumulating],
  settings: { warnAt: setting.count(100, 'a shell script leaves some for a moment, a leak leaves hundreds') },
  evaluate({ fact }, { settings }) {
    if (fact.kind === 'unreadable') return [unknown(`/proc could not be listed: ${fact.why}`)];
    const [worst] = [...fact.byParent].sort(([, a], [, b]) => b - a);
    const [parent = 0, count = 0] = worst ?? [];
    if (count < settings.warnAt) {
      // What was not looked at has not passed.
      if (fact.truncated) return [unknown(`only a part of the processes was seen; ${count} zombies of one parent among them`)];
      return [pass(`${count} zombies of one parent at most`)];
    }
    const message = `${count} ended processes wait for their parent, process ${parent}, against a limit of ${settings.warnAt}`;
    return [
      fault(zombiesAccumulating, 'ChildrenNotReaped', message, {
        subject: String(parent),
        evidence: [{ from: '/proc', excerpt: `${count} processes in state Z with parent ${parent}` }],
        advice: fillIn(zombiesAccumulating.advice, { PARENT: String(parent) }),
        measure: { observed: count, limit: settings.warnAt, unit: 'count' },
      }),
    ];
  },
});
