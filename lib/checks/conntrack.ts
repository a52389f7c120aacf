import { fillIn } from '../model/advice.ts';
import { defineCheck } from '../model/check.ts';
import { fault, pass, skip, unknown } from '../model/finding.ts';
import { formatShare, nearness } from '../model/limit.ts';
import { setting } from '../model/setting.ts';
import { minutes } from '../model/units.ts';
import { conntrackNearLimit } from '../problems/conntrack-near-limit.ts';
import { conntrackTable } from '../sources/network/conntrack-table.ts';

export const conntrack = defineCheck({
  id: 'conntrack',
  title: 'new connections can be tracked',
  interval: minutes(1),
  sources: { table: conntrackTable },
  problems: [conntrackNearLimit],
  settings: {
    warnAt: setting.ratio(0.9, 'a burst of connections fills the last tenth in seconds'),
    criticalAt: setting.ratio(0.98, 'from here packets are dropped'),
  },
  evaluate({ table }, { settings }) {
    if (table.kind === 'absent') return [skip('the kernel does not track connections (nf_conntrack is not loaded)')];
    if (table.kind === 'unreadable') return [unknown(`nf_conntrack_count: ${table.why}`)];
    const { count, limit, dropped } = table;
    if (limit === 0) return [pass(`${count} connections tracked, without limit`)];
    const numbers = `${count} of ${limit} connections tracked (${formatShare(count, limit)})`;
    const near = nearness(count, limit, settings);
    if (near === 'clear') return [pass(numbers)];
    const reason = near === 'near' ? 'ConntrackTableNearlyFull' : 'ConntrackTableFull';
    const drops = dropped === undefined || dropped === 0 ? '' : `; ${dropped} packets dropped since boot`;
    return [
      fault(conntrackNearLimit, reason, `${numbers}${drops}`, {
        evidence: [{ from: '/proc/sys/net/netfilter', excerpt: `nf_conntrack_count ${count}\nnf_conntrack_max ${limit}` }],
        advice: fillIn(conntrackNearLimit.advice, { LIMIT: String(limit * 2) }),
        measure: { observed: count, limit, capacity: limit, unit: 'count' },
      }),
    ];
  },
});
