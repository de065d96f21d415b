// SPDX-License-Identifier: Apache-2.0
import { type Day, SEVERITIES, totalOf } from './series.ts';

/**
 * A Grafana dashboard that holds its own data: queries of the built-in data source that answer what is written in them
 * (`queryType: snapshot`), so that it shows the same wherever it is imported and needs no server behind.
 */
export function dashboardOf(series: readonly Day[]): string {
  const last = series.at(-1);
  const [from, to] = [series[0]?.day ?? '', last?.day ?? ''];
  const dashboard = {
    uid: 'helios-exceptions',
    title: 'Helios: exceptions',
    tags: ['helios', 'exceptions'],
    schemaVersion: 39,
    editable: true,
    timezone: 'utc',
    time: { from: `${from}T00:00:00.000Z`, to: `${to}T23:59:59.999Z` },
    panels: [
      stat(1, 'In effect', 0, last ? totalOf(last.open) : 0),
      stat(2, 'About to expire', 6, last?.warned ?? 0),
      stat(3, 'Expired and undecided', 12, last?.expired ?? 0),
      stat(4, 'Closed', 18, last?.closed ?? 0),
      {
        ...panel(5, 'timeseries', 'In effect, by severity', { h: 12, w: 24, x: 0, y: 5 }, frameOf(series)),
        fieldConfig: {
          defaults: {
            custom: {
              drawStyle: 'line',
              lineInterpolation: 'stepAfter',
              fillOpacity: 60,
              stacking: { mode: 'normal', group: 'A' },
            },
          },
          overrides: [
            {
              matcher: { id: 'byName', options: 'expired' },
              properties: [
                { id: 'custom.stacking', value: { mode: 'none' } },
                { id: 'custom.fillOpacity', value: 0 },
              ],
            },
          ],
        },
      },
    ],
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

interface Frame {
  readonly schema: { readonly fields: readonly { readonly name: string; readonly type: 'time' | 'number' }[] };
  readonly data: { readonly values: readonly (readonly number[])[] };
}

function frameOf(series: readonly Day[]): Frame {
  const columns = [
    ...SEVERITIES.map((severity) => [severity, series.map(({ open }) => open[severity])] as const),
    ['expired', series.map(({ expired }) => expired)] as const,
  ];
  return {
    schema: {
      fields: [{ name: 'time', type: 'time' }, ...columns.map(([name]) => ({ name, type: 'number' as const }))],
    },
    data: { values: [series.map(({ day }) => Date.parse(day)), ...columns.map(([, values]) => values)] },
  };
}

function stat(id: number, title: string, x: number, value: number): object {
  const frame: Frame = { schema: { fields: [{ name: title, type: 'number' }] }, data: { values: [[value]] } };
  return panel(id, 'stat', title, { h: 5, w: 6, x, y: 0 }, frame);
}

function panel(id: number, type: string, title: string, gridPos: object, frame: Frame): object {
  const datasource = { type: 'datasource', uid: 'grafana' };
  return {
    id,
    type,
    title,
    gridPos,
    datasource,
    targets: [{ refId: 'A', datasource, queryType: 'snapshot', snapshot: [frame] }],
  };
}
