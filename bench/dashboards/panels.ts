import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface PanelQuery {
  readonly dashboard: string;
  readonly panel: string;
  readonly expr: string;
  /** Grafana asks for a point in time, or for all of the time that is chosen. */
  readonly instant: boolean;
}

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string; readonly instant: boolean }[];
  }[];
}

const folder = join(import.meta.dirname, '../../docs/monitoring');

/** Every query of the dashboards as they are shipped, its variables still in it. */
export function panelQueries(): readonly PanelQuery[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const { panels } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Dashboard;
      const dashboard = name.replace(/^nodemend-|\.json$/g, '');
      return panels.flatMap(({ title, targets }) => targets.map((target) => ({ dashboard, panel: title, ...target })));
    });
}

/** As Grafana fills them in with a scrape each 5 s and half an hour chosen. */
export function filledIn(expr: string, instance: string): string {
  return expr
    .replaceAll('$job', '.*')
    .replaceAll('$instance', instance)
    .replaceAll('$__rate_interval', '1m')
    .replaceAll('$__range', '30m');
}
