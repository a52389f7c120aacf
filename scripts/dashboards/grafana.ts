/** Grafana's dashboard JSON, as far as ours need it, from a short description of each panel. */
export interface Query {
  readonly expr: string;
  /** `{{reason}}`; absent: the labels. */
  readonly legend?: string;
}

type Tone = 'green' | 'yellow' | 'orange' | 'red' | 'blue' | 'text';

export interface Panel {
  readonly title: string;
  /** What a person does with it. */
  readonly about: string;
  readonly kind: 'stat' | 'timeseries' | 'table' | 'state-timeline' | 'bargauge';
  /** Of 24 columns. */
  readonly width: number;
  readonly height?: number;
  readonly queries: readonly Query[];
  readonly unit?: string;
  readonly stacked?: boolean;
  readonly min?: number;
  readonly max?: number;
  /** From a value on, its colour; the first one from the beginning. */
  readonly steps?: readonly (readonly [from: number | null, tone: Tone])[];
  /** Series of that name have that colour. */
  readonly colours?: Readonly<Record<string, Tone>>;
  /** A stat shows what its series is called, not its value. */
  readonly named?: boolean;
  /** Columns of a table, as they are called; the others are left out. */
  readonly columns?: Readonly<Record<string, string>>;
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly about: string;
  /** One after the other; a new row where the width is used up. */
  readonly panels: readonly Panel[];
  /** A choice of one node beside the choice of jobs. */
  readonly oneNode?: boolean;
}

const SOURCE = { type: 'prometheus', uid: '$' + '{datasource}' } as const;
/** Of the fleet's dashboard to the node's. */
const NODE_LINK = '/d/nodemend-node?var-instance=$' + '{__data.fields.instance}';

function variables(oneNode: boolean): readonly object[] {
  const of = (name: string, label: string, query: string, many: boolean) => ({
    name,
    label,
    type: 'query',
    datasource: SOURCE,
    definition: query,
    query: { query, refId: name },
    refresh: 2,
    sort: 1,
    ...(many ? { includeAll: true, multi: true, allValue: '.*', current: { text: 'All', value: '$__all' } } : {}),
  });
  return [
    { name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus' },
    of('job', 'Job', 'label_values(nodemend_build_info, job)', true),
    ...(oneNode ? [of('instance', 'Node', 'label_values(nodemend_build_info{job=~"$job"}, instance)', false)] : []),
  ];
}

function target({ kind }: Panel, { expr, legend }: Query, index: number): object {
  const instant = kind !== 'timeseries' && kind !== 'state-timeline';
  return {
    refId: String.fromCharCode(65 + index),
    datasource: SOURCE,
    expr,
    legendFormat: legend ?? '__auto',
    instant,
    range: !instant,
    ...(kind === 'table' ? { format: 'table' } : {}),
  };
}

function defaults({ kind, unit = 'short', min, max, stacked = false, steps }: Panel): object {
  const lines = { drawStyle: 'line', lineWidth: 1, fillOpacity: stacked ? 60 : 8, showPoints: 'never', spanNulls: false };
  return {
    unit,
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(kind === 'timeseries' ? { custom: { ...lines, stacking: { mode: stacked ? 'normal' : 'none', group: 'A' } } } : {}),
    ...(kind === 'state-timeline' ? { custom: { fillOpacity: 80, lineWidth: 0 } } : {}),
    color: { mode: steps === undefined ? 'palette-classic' : 'thresholds' },
    thresholds: { mode: 'absolute', steps: (steps ?? [[null, 'green']]).map(([value, color]) => ({ value, color })) },
  };
}

function overrides({ kind, colours = {} }: Panel): readonly object[] {
  const painted = Object.entries(colours).map(([name, fixedColor]) => ({
    matcher: { id: 'byName', options: name },
    properties: [{ id: 'color', value: { mode: 'fixed', fixedColor } }],
  }));
  if (kind !== 'table') return painted;
  const link = { id: 'links', value: [{ title: 'This node', url: NODE_LINK }] };
  return [...painted, { matcher: { id: 'byName', options: 'instance' }, properties: [link] }];
}

/** A table shows the labels that matter, by their names; Time and the job are in the way. */
function transformations({ kind, columns }: Panel): readonly object[] {
  if (kind !== 'table' || columns === undefined) return [];
  const indexByName = Object.fromEntries(Object.keys(columns).map((name, index) => [name, index]));
  return [
    { id: 'filterFieldsByName', options: { include: { names: Object.keys(columns) } } },
    { id: 'organize', options: { indexByName, renameByName: columns } },
  ];
}

const OPTIONS = {
  stat: { reduceOptions: { calcs: ['lastNotNull'] }, colorMode: 'value', graphMode: 'none', textMode: 'auto' },
  timeseries: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
  table: { showHeader: true, footer: { show: false } },
  'state-timeline': {
    showValue: 'never',
    mergeValues: true,
    rowHeight: 0.8,
    legend: { displayMode: 'list', placement: 'bottom' },
  },
  bargauge: { reduceOptions: { calcs: ['lastNotNull'] }, orientation: 'horizontal', displayMode: 'basic' },
} as const;

function panelJson(panel: Panel, id: number, gridPos: object): object {
  const { title, about, kind, queries } = panel;
  return {
    id,
    title,
    description: about,
    type: kind,
    datasource: SOURCE,
    gridPos,
    targets: queries.map((query, index) => target(panel, query, index)),
    fieldConfig: { defaults: defaults(panel), overrides: overrides(panel) },
    options: { ...OPTIONS[kind], ...(panel.named === true ? { textMode: 'name' } : {}) },
    transformations: transformations(panel),
  };
}

const COLUMNS = 24;

/** Each panel beside the one before, as long as there is room. */
function laidOut(panels: readonly Panel[]): readonly object[] {
  let [x, y, tallest] = [0, 0, 0];
  return panels.map((panel, index) => {
    const { width: w, height: h = 8 } = panel;
    if (x + w > COLUMNS) [x, y, tallest] = [0, y + tallest, 0];
    const gridPos = { x, y, w, h };
    [x, tallest] = [x + w, Math.max(tallest, h)];
    return panelJson(panel, index + 1, gridPos);
  });
}

/** One dashboard, to be imported or provisioned: Grafana 9 and later. */
export function dashboardJson({ uid, title, about, panels, oneNode = false }: Dashboard): string {
  const dashboard = {
    uid,
    title,
    description: about,
    tags: ['nodemend', 'kubernetes'],
    schemaVersion: 37,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    timezone: 'browser',
    templating: { list: variables(oneNode) },
    panels: laidOut(panels),
  };
  return `${JSON.stringify(dashboard, undefined, 2)}\n`;
}
