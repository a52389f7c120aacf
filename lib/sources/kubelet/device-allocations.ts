import { isObject, parseJson } from '../../model/json.ts';
import { defineSource } from '../../model/source.ts';
import { MiB, seconds } from '../../model/units.ts';

const CHECKPOINT = '/var/lib/kubelet/device-plugins/kubelet_internal_checkpoint';

/** Resources of which a pod holds a device: `nvidia.com/gpu`. Format of v1.8 to v1.36; undefined: no such file. */
export function parseAllocations(text: string): readonly string[] | undefined {
  const value = parseJson(text);
  const data = isObject(value) && 'Data' in value ? value.Data : value;
  if (!isObject(data)) return undefined;
  const entries = data.PodDeviceEntries;
  if (entries === null || entries === undefined) return [];
  if (!Array.isArray(entries)) return undefined;
  const names = entries.map((entry: { ResourceName?: unknown }) => String(entry?.ResourceName ?? 'a device'));
  return [...new Set(names)].sort();
}

export type DeviceAllocations = { readonly kind: 'known'; readonly resources: readonly string[] } | { readonly kind: 'unknown' };

/**
 * Devices that device plugins gave to pods. A kubelet that starts knows them as unhealthy until the plugin registers again,
 * and pods admitted meanwhile fail.
 */
export const deviceAllocations = defineSource<DeviceAllocations>({
  id: 'device-allocations',
  deadline: seconds(3),
  async read(host) {
    const file = await host.readFile(CHECKPOINT, { maxBytes: 4 * MiB });
    if (file.kind === 'missing') return { kind: 'known', resources: [] };
    const resources = file.kind === 'text' && !file.truncated ? parseAllocations(file.text) : undefined;
    return resources === undefined ? { kind: 'unknown' } : { kind: 'known', resources };
  },
});
