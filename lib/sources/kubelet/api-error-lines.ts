import { type Duration, minutes } from '../../model/units.ts';

/** How long a line of the kubelet's counts: it tries again several times a minute. */
export const API_ERRORS_WITHIN: Duration = minutes(3);

/**
 * kubelet.go, nodelease/controller.go and reflector.go of v1.13 to v1.36. Spelt out, so that whoever looks for them in a stream looks
 * for words that are rare: healthy kubelets say "Failed to get" every 10 s.
 */
export const API_ERRORS: readonly RegExp[] = [
  /[Ee]rror updating node status|[Uu]nable to update node status|[Uu]nable to register node|[Ee]rror getting node|[Ee]rror getting the current node|Failed to watch \*v1\.Node/,
  /[Ff]ailed to update lease|[Ff]ailed to update node lease|[Ff]ailed to get lease|[Ff]ailed to get node lease|[Ff]ailed to ensure lease|[Ff]ailed to ensure node lease/,
  /dial tcp .*(?:connection refused|i\/o timeout|no route to host)|TLS handshake timeout|http2: client connection lost/,
];

/** A line by which the kubelet says that the API server did not take what it had to say. */
export function isApiError(message: string): boolean {
  const start = message.slice(0, 2000);
  return API_ERRORS.some((pattern) => pattern.test(start));
}
