import { array } from 'zod/mini';
import { absolutePath, key, known, section, text, words } from './values.ts';

function isPattern(given: string): boolean {
  try {
    return new RegExp(`^(?:${given})$`) !== undefined;
  } catch {
    return false;
  }
}

const pattern = () => known('a regular expression', isPattern);

const prometheus = () =>
  section({
    url: key(
      text('an http:// address, or "" for none', /^(|http:\/\/[^\s/?#]+(\/[^\s?#]*)?)$/),
      '',
      'of a Prometheus; where nobody answers, that blocks, too. TLS and credentials are what a local proxy adds',
    ),
    alerts: key(pattern(), '.*', 'names of alerts that block while they fire; for the whole name'),
    ignore: key(pattern(), '', 'those of them that do not; "": none'),
  });

/** `guards.blockers`. */
export const blockers = () =>
  section({
    files: key(array(absolutePath(), { error: 'a list of absolute paths' }), [], 'each blocks while it exists'),
    pods: key(words(), [], 'label selectors: a pod on this node that one of them selects blocks, until it has ended'),
    prometheus: key(prometheus(), {}, 'alerts that block'),
  });
