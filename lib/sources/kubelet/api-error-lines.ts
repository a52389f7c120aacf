import { type Duration, minutes } from '../../model/units.ts';

/** How long a line of the kubelet's counts: it tries again several times a minute. */
export const API_ERRORS_WITHIN: Duration = minutes(3);

/** kubelet.go, nodelease/controller.go and reflector.go of v1.13 to v1.36. */
const API_ERROR =
  /[Ee]rror updating node status|[Uu]nable to update node status|[Ff]ailed to (?:update|get|ensure)(?: node)? lease|[Uu]nable to register node|[Ee]rror getting (?:the current )?node|Failed to watch \*v1\.Node|dial tcp .*(?:connection refused|i\/o timeout|no route to host)|TLS handshake timeout|http2: client connection lost/;

/** A line by which the kubelet says that the API server did not take what it had to say. */
export const isApiError = (message: string): boolean => API_ERROR.test(message.slice(0, 2000));
