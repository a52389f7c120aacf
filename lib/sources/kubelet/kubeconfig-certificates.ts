import { parse } from 'yaml';
import { toObject } from '../../model/json.ts';

/** Values of a key in every entry of a kubeconfig's list: `users[].user.client-certificate-data`. */
function valuesOf(config: unknown, list: string, entry: string, key: string): string[] {
  const items = toObject(config)[list];
  if (!Array.isArray(items)) return [];
  return items.flatMap((item) => {
    const value = toObject(toObject(item)[entry])[key];
    return typeof value === 'string' && value !== '' ? [value] : [];
  });
}

/** Embedded certificates, and the paths of those it names. Keys and tokens stay behind. */
export function certificatesOfKubeconfig(text: string): { readonly embedded: string[]; readonly paths: string[] } | undefined {
  let config: unknown;
  try {
    config = parse(text);
  } catch {
    return undefined;
  }
  // lib/host/redact.ts takes the data out of recordings.
  const decode = (data: string) => (data.startsWith('REDACTED') ? '' : Buffer.from(data, 'base64').toString('latin1'));
  return {
    embedded: valuesOf(config, 'users', 'user', 'client-certificate-data').map(decode),
    paths: valuesOf(config, 'users', 'user', 'client-certificate'),
  };
}
