import { defineCheck } from '../model/check.ts';
import { setting } from '../model/setting.ts';
import { isUnavailable, optional } from '../model/source.ts';
import { minutes } from '../model/units.ts';
import { mountUnresponsive } from '../problems/mount-unresponsive.ts';
import { readonlyFilesystem } from '../problems/readonly-filesystem.ts';
import { fstab } from '../sources/host/fstab.ts';
import { mountResponses } from '../sources/host/mount-responses.ts';
import { mounts as mountTable } from '../sources/host/mounts.ts';
import { podNames } from '../sources/runtime/pod-names.ts';
import { judgeWritable } from './mounts/readonly.ts';
import { judgeResponses } from './mounts/responses.ts';

export const mounts = defineCheck({
  id: 'mounts',
  title: 'file systems answer and can be written to',
  interval: minutes(1),
  sources: { table: mountTable, fstab: optional(fstab), responses: optional(mountResponses), pods: optional(podNames) },
  problems: [mountUnresponsive, readonlyFilesystem],
  settings: {
    mustBeWritable: setting.strings(
      [
        '/',
        '/var',
        '/var/log',
        '/var/lib/kubelet',
        '/var/lib/docker',
        '/var/lib/containerd',
        '/var/lib/containers',
        '/run',
        '/tmp',
      ],
      'what the kubelet and the runtimes write to: critical; any other disk that went read-only is a warning',
    ),
  },
  evaluate(facts, { settings }) {
    const pods = isUnavailable(facts.pods) ? {} : facts.pods;
    const entries = isUnavailable(facts.fstab) ? [] : facts.fstab;
    return [
      ...judgeWritable(facts.table, { entries, paths: settings.mustBeWritable, pods }),
      ...judgeResponses(facts.responses, pods),
    ];
  },
});
