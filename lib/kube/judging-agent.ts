import https from 'node:https';
import type { TLSSocket } from 'node:tls';

/** Why this server must not get a request, or undefined when it may. */
type Judge = (socket: TLSSocket) => string | undefined;

export class UntrustedError extends Error {}

interface AgentOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
  readonly proxy?: string;
  /** The certificate need not name the host: the kubelet's is for the node's name, and is asked on 127.0.0.1. */
  readonly anyName?: boolean;
  readonly judge: Judge;
}

type Callback = Parameters<https.Agent['createConnection']>[1];

/** Node keeps `signal` from its agents: the same one under a name of ours. */
export interface Options extends https.RequestOptions {
  readonly until?: AbortSignal;
}

/**
 * Connections over which nothing is written before the server's certificate was judged. One is kept between requests;
 * more are opened while they are needed, so that a slow list does not hold up the heartbeat. (`maxSockets` would not count
 * connections that are still being made.)
 */
export class JudgingAgent extends https.Agent {
  readonly #judge: Judge;
  readonly #proxied: boolean;

  /** Requests whose server accepted a connection. */
  readonly accepted = new WeakSet<AbortSignal>();

  constructor({ judge, proxy, anyName = false, ...tls }: AgentOptions) {
    super({
      ...tls,
      // The judge decides; a resumed session would skip the check of the server's name.
      rejectUnauthorized: false,
      maxCachedSessions: 0,
      keepAlive: true,
      maxFreeSockets: 1,
      ...(anyName ? { checkServerIdentity: () => undefined } : {}),
      ...(proxy === undefined ? {} : { proxyEnv: { HTTPS_PROXY: proxy } }),
    });
    this.#judge = judge;
    this.#proxied = proxy !== undefined;
  }

  override createConnection(options: Options, callback: Callback): undefined {
    const { until } = options;
    let over = false;
    const end = (error: Error | null, socket?: TLSSocket) => {
      if (over) return;
      over = true;
      callback?.(error, socket as TLSSocket);
    };
    const watch = (socket: TLSSocket) => {
      socket.once('connect', () => (until === undefined ? undefined : this.accepted.add(until)));
      socket.once('secureConnect', () => this.#admit(socket, end));
      socket.once('error', end);
      socket.once('close', () => end(Object.assign(new Error('closed in the handshake'), { code: 'ECONNRESET' })));
    };
    // Through a proxy the callback brings the TLS socket after its handshake (success is null, or undefined);
    // what is returned at once is the connection to the proxy.
    const first = super.createConnection(options, (error, socket) =>
      error instanceof Error ? end(error) : this.#admit(socket as TLSSocket, end),
    ) as TLSSocket;
    if (!this.#proxied) watch(first);
    // The agent gives up its request at the deadline; an unfinished handshake would go on without it.
    until?.addEventListener('abort', () => (over ? undefined : first.destroy()), { once: true });
    return undefined;
  }

  #admit(socket: TLSSocket, end: (error: Error | null, socket?: TLSSocket) => void): void {
    const reason = this.#judge(socket);
    if (reason !== undefined) socket.destroy();
    end(reason === undefined ? null : new UntrustedError(reason), socket);
  }

  /** Closes what is idle, and the rest when its request is over. */
  retire(): void {
    this.maxFreeSockets = 0;
    for (const socket of Object.values(this.freeSockets).flat()) socket?.destroy();
  }
}
