import { defineCheck } from '../model/check.ts';
import { skip } from '../model/finding.ts';
import { setting } from '../model/setting.ts';
import { seconds } from '../model/units.ts';
import { plegUnhealthy } from '../problems/pleg-unhealthy.ts';
import { kubeletPleg } from '../sources/kubelet/kubelet-pleg.ts';
import { judgeAge } from './kubelet/pleg-age.ts';
import { judgeWitnesses } from './kubelet/pleg-witnesses.ts';

export const plegHealth = defineCheck({
  id: 'pleg-health',
  title: 'the kubelet sees what its containers do',
  interval: seconds(10),
  sources: { pleg: kubeletPleg },
  problems: [plegUnhealthy],
  settings: {
    suspectedAfter: setting.duration(seconds(20), 'a relist is due every second; a busy host skips a few'),
    activeAfter: setting.duration(
      seconds(45),
      'a runtime that needs this long answers nobody; the kubelet itself waits 3 minutes',
    ),
    relistFactor: setting.count(
      5,
      'relists of a crowded node may take seconds: the age is held against their own 99th percentile',
    ),
    slowRelist: setting.duration(seconds(10), "the last bucket of the kubelet's own histogram"),
  },
  evaluate({ pleg }, { now, settings }) {
    if (pleg.kind === 'absent') return [skip(pleg.why)];
    const { metrics, kubelet } = pleg;
    // Evented PLEG overwrites the stamp of the last relist, and relists every 5 minutes: its age means nothing.
    if (metrics.kind === 'measured' && !metrics.pleg.evented) {
      return [judgeAge({ pleg: metrics.pleg, url: metrics.url, kubelet }, now, settings)];
    }
    return [judgeWitnesses(pleg, now)];
  },
});
