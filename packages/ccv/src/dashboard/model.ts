// SPDX-License-Identifier: Apache-2.0
import type { JudgeOptions } from '../judge/options.ts';
import { PREFIX } from '../metrics/exposition.ts';

/** The data source is asked for when the dashboard is opened, so that it can be imported anywhere. */
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };
/** Grafana's grid has so many columns. */
const COLUMNS = 24;

interface Panel {
  readonly type: 'stat' | 'timeseries' | 'table';
  readonly title: string;
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly unit: 'percentunit' | 's' | 'dateTimeFromNow' | 'none';
  readonly queries: Readonly<Record<string, string>>;
  /** Colours: red below, or above, and green on the other side. */
  readonly limit?: { readonly atLeast: number } | { readonly atMost: number };
}

/** Grafana's dashboard of the metrics of sec-ccv, as JSON that its import takes (dashboard schema 39, Grafana 10.3 and later). */
export function dashboardModel(options: JudgeOptions): object {
  return {
    uid: 'helios-ccv',
    title: 'Controls, validated in place',
    description: 'Whether controls were proven where they run, rolled back, and mended. Made by sec-ccv dashboard.',
    tags: ['helios', 'ccv'],
    schemaVersion: 39,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: '5m',
    time: { from: 'now-90d', to: 'now' },
    timezone: 'utc',
    templating: {
      list: [{ name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus', hide: 0 }],
    },
    annotations: { list: [] },
    links: [],
    panels: arranged(panelsOf(options)),
  };
}

function panelsOf(options: JudgeOptions): Panel[] {
  const { coverage, rollback, repair } = options;
  return [
    ...coverage.map(({ tier, atLeast }): Panel => ({
      ...stat(`Tier ${tier} proven`, 'percentunit', coverageQuery(tier), { atLeast: atLeast / 100 }),
      description: `Services of tier ${tier} of which all controls passed within ${options.within} days.`,
      width: Math.floor(COLUMNS / (coverage.length + 4)),
    })),
    ...[
      stat('Rollbacks verified', 'percentunit', metric('rollback_success_ratio')),
      stat('… at least, with 95 % confidence', 'percentunit', metric('rollback_success_bound_ratio'), {
        atLeast: rollback.atLeast / 100,
      }),
      stat('Mean time to repair', 's', metric('repair_seconds{statistic="mean"}'), { atMost: repair.atMost * 86_400 }),
      stat('Failing controls', 'none', metric('failures_open'), { atMost: 0 }),
    ].map((panel) => ({ ...panel, width: Math.floor(COLUMNS / (coverage.length + 4)) })),
    {
      type: 'timeseries',
      title: 'Coverage',
      description: 'Share of the services of each tier that are proven; dashed, what must be.',
      width: 12,
      height: 8,
      unit: 'percentunit',
      queries: {
        'tier {{tier}}': `${metric('services_proven')} / ${metric('services')}`,
        'target of tier {{tier}}': metric('coverage_target_ratio'),
      },
    },
    {
      type: 'timeseries',
      title: 'Rollback success',
      description: 'What was seen, and what it proves: the lower end of the one-sided interval of Clopper and Pearson.',
      width: 12,
      height: 8,
      unit: 'percentunit',
      queries: {
        verified: metric('rollback_success_ratio'),
        'at least, with 95 % confidence': metric('rollback_success_bound_ratio'),
        target: metric('rollback_target_ratio'),
      },
    },
    {
      type: 'timeseries',
      title: 'Time to repair',
      description: 'Failures that are still open count for as long as they have lasted.',
      width: 12,
      height: 8,
      unit: 's',
      queries: { '{{statistic}}': metric('repair_seconds'), target: metric('repair_target_seconds') },
    },
    {
      type: 'timeseries',
      title: 'Time to detection',
      description: 'From the action of a control until it was seen.',
      width: 12,
      height: 8,
      unit: 's',
      queries: { '{{statistic}}': metric('detection_seconds') },
    },
    {
      type: 'table',
      title: 'Failing controls, the oldest first',
      description: 'Without an owner nobody was told: run sec-ccv open-prs.',
      width: 12,
      height: 8,
      unit: 's',
      queries: { age: `sort_desc(${metric('failure_age_seconds')})` },
    },
    {
      type: 'table',
      title: 'Last pass of each control',
      description: 'A control that is not here has never passed.',
      width: 12,
      height: 8,
      unit: 's',
      queries: { age: `sort_desc(time() - ${metric('control_last_pass_timestamp_seconds')})` },
    },
  ];
}

function stat(title: string, unit: Panel['unit'], query: string, limit?: Panel['limit']): Panel {
  return {
    type: 'stat',
    title,
    description: title,
    width: 4,
    height: 4,
    unit,
    queries: { value: query },
    ...(limit && { limit }),
  };
}

function metric(name: string): string {
  return `${PREFIX}${name}`;
}

function coverageQuery(tier: number): string {
  const of = `{tier="${tier}"}`;
  return `${metric('services_proven')}${of} / ${metric('services')}${of}`;
}

/** From left to right, a new row where the next one does not fit. */
function arranged(panels: readonly Panel[]): object[] {
  let [x, y, rowHeight] = [0, 0, 0];
  return panels.map((panel, index) => {
    const { width: w, height: h } = panel;
    if (x + w > COLUMNS) [x, y, rowHeight] = [0, y + rowHeight, 0];
    const gridPos = { x, y, w, h };
    x += w;
    rowHeight = Math.max(rowHeight, h);
    return { id: index + 1, gridPos, ...modelOf(panel) };
  });
}

function modelOf({ type, title, description, unit, queries, limit }: Panel): object {
  const table = type === 'table';
  return {
    type,
    title,
    description,
    datasource: DATASOURCE,
    targets: Object.entries(queries).map(([legendFormat, expr], index) => ({
      refId: String.fromCodePoint(65 + index),
      datasource: DATASOURCE,
      expr,
      legendFormat,
      ...(table ? { format: 'table', instant: true } : { range: true }),
    })),
    fieldConfig: {
      defaults: { unit, ...(limit && { color: { mode: 'thresholds' }, thresholds: thresholdsOf(limit) }) },
      overrides: targetsOf(queries),
    },
    ...(type === 'stat' && {
      options: {
        reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
        colorMode: 'value',
        graphMode: 'area',
      },
    }),
    ...(table && {
      options: { showHeader: true },
      transformations: [
        { id: 'organize', options: { excludeByName: { Time: true, __name__: true, instance: true, job: true } } },
      ],
    }),
  };
}

/** What must be is a dashed line. */
function targetsOf(queries: Panel['queries']): object[] {
  if (!Object.keys(queries).some((legend) => legend.startsWith('target'))) return [];
  return [
    {
      matcher: { id: 'byRegexp', options: '/^target/' },
      properties: [
        { id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 8] } },
        { id: 'color', value: { mode: 'fixed', fixedColor: 'red' } },
      ],
    },
  ];
}

function thresholdsOf(limit: NonNullable<Panel['limit']>): object {
  const atLeast = 'atLeast' in limit;
  // A step counts from its value on: what may be at most that much turns red just above it.
  const from = atLeast ? limit.atLeast : limit.atMost + Number.EPSILON * Math.max(1, limit.atMost);
  const [below, above] = atLeast ? ['red', 'green'] : ['green', 'red'];
  return {
    mode: 'absolute',
    steps: [
      { color: below, value: null },
      { color: above, value: from },
    ],
  };
}
