import type { AgentConfig } from '../lib/config/schema.ts';
import type { Log } from '../lib/reporters/log.ts';
import type { MetricsReporter } from '../lib/reporters/metrics.ts';
import { type MetricsServer, type MetricsServerOptions, serveMetrics } from './metrics-server.ts';

export interface MetricsPageParts extends Pick<MetricsServerOptions, 'unwell'> {
  readonly config: AgentConfig;
  readonly metrics: Pick<MetricsReporter, 'text'>;
  /** What system-stats-monitor files ask for. */
  readonly stats: () => Promise<string>;
  readonly log: Log;
}

/** The metrics at the address that the configuration names, as long as it names one. */
export interface MetricsPage {
  /** The configuration may name another address. */
  follow(): void;
  close(): void;
}

export function openMetricsPage({ config, metrics, stats, log, unwell }: MetricsPageParts): MetricsPage {
  let server: MetricsServer | undefined;
  let listen = '';
  const text = async () => metrics.text() + (await stats());

  function serve(address: string): MetricsServer | undefined {
    if (address === '') return undefined;
    const onFailure = (why: string) => log.warn({ listen: address, why }, 'metrics not served');
    return serveMetrics({ listen: address, text, unwell, onFailure });
  }

  function follow(): void {
    if (config.metrics.listen === listen) return;
    listen = config.metrics.listen;
    server?.close();
    server = serve(listen);
  }

  follow();
  return { follow, close: () => server?.close() };
}
