import { parse } from 'yaml';

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

/** Values of a key in every entry of a kubeconfig's list: `users[].user.client-certificate-data`. */
function valuesOf(config: unknown, list: string, entry: string, key: string): string[] {
  const items = isMap(config) ? config[list] : undefined;
  if (!Array.isArray(items)) return [];
  return items.flatMap((item) => {
    const body = isMap(item) ? item[entry] : undefined;
    const value = isMap(body) ? body[key] : undefined;
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
