import * as z from 'zod/mini';
import { absolutePath, key, known, section, text, words } from './values.ts';

function isPattern(given: string): boolean {
  try {
    return new RegExp(`^(?:${given})$`) !== undefined;
  } catch {
    return false;
  }
}

const pattern = () => known('a regular expression', isPattern);

/** No list of the system's is fallen back to: it is another one on each distribution, and large in memory. */
function needsAuthority({
  value: { url, ca },
  issues,
}: z.core.ParsePayload<{ readonly url: string; readonly ca: string }>): void {
  if (!url.startsWith('https:') || ca !== '') return;
  const message = 'with https://, the file of the authority that signed its certificate (PEM)';
  issues.push({ code: 'custom', input: ca, path: ['ca'], message });
}

const prometheus = () =>
  section({
    url: key(
      text('an http:// or https:// address without credentials, or "" for none', /^(|https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?)$/),
      '',
      'of a Prometheus; where nobody answers, that blocks, too. Credentials are what a local proxy adds',
    ),
    ca: key(
      text('an absolute path, or "" for none', /^(|\/[^\0]*)$/),
      '',
      'with https://: PEM file of the authorities that may have signed its certificate; read at each question',
    ),
    alerts: key(pattern(), '.*', 'names of alerts that block while they fire; for the whole name'),
    ignore: key(pattern(), '', 'those of them that do not; "": none'),
  }).check(needsAuthority);

/** `guards.blockers`. */
export const blockers = () =>
  section({
    files: key(z.array(absolutePath(), { error: 'a list of absolute paths' }), [], 'each blocks while it exists'),
    pods: key(words(), [], 'label selectors: a pod on this node that one of them selects blocks, until it has ended'),
    prometheus: key(prometheus(), {}, 'alerts that block'),
  });
