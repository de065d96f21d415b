// SPDX-License-Identifier: Apache-2.0
import { xmlText } from '@helios/core/report';
import { type Day, SEVERITIES, totalOf } from './series.ts';

const SIZE = { width: 960, height: 400 } as const;
const PLOT = { left: 48, top: 104, width: 888, height: 248 } as const;

/** How many exceptions were open day by day, by severity, and how many had expired undecided: an SVG for people. */
export function burnDownChart(series: readonly Day[]): string {
  const title = titleOf(series);
  const highest = Math.max(...series.map(({ open, expired }) => Math.max(totalOf(open), expired)), 1);
  const step = tickOf(highest);
  const top = Math.ceil(highest / step) * step;
  const scale: Scale = {
    x: (index) => round(PLOT.left + (index / series.length) * PLOT.width),
    y: (value) => round(PLOT.top + PLOT.height - (value / top) * PLOT.height),
  };
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" width="${SIZE.width}" height="${SIZE.height}" role="img" aria-labelledby="title description">
<title id="title">${xmlText(title)}</title>
<desc id="description">${xmlText(describe(series))}</desc>
${STYLE}
<rect class="paper" width="${SIZE.width}" height="${SIZE.height}"/>
<text class="title" x="24" y="40">${xmlText(title)}</text>
<text class="faint" x="24" y="62">${xmlText(describe(series))}</text>
${legend()}
${grid(top, step, scale)}${SEVERITIES.map((_, index) => area(series, index, scale)).join('')}${expiredLine(series, scale)}${dates(series, scale)}</svg>
`;
}

interface Scale {
  /** Left edge of a day. */
  readonly x: (index: number) => number;
  readonly y: (value: number) => number;
}

function titleOf(series: readonly Day[]): string {
  const last = series.at(-1);
  const open = last ? totalOf(last.open) : 0;
  return `${open} exception${open === 1 ? '' : 's'} in effect on ${last?.day ?? ''}`;
}

function describe(series: readonly Day[]): string {
  const [first, last] = [series[0], series.at(-1)];
  if (!first || !last) return '';
  const change = totalOf(last.open) - totalOf(first.open);
  const way = change === 0 ? 'as many as' : `${Math.abs(change)} ${change > 0 ? 'more' : 'fewer'} than`;
  return `${way} on ${first.day}; ${last.warned} about to expire, ${last.expired} expired and undecided, ${last.closed} closed`;
}

/** From the lower edge to the upper one and back, day by day: counts have no values between. */
function area(series: readonly Day[], layer: number, { x, y }: Scale): string {
  const edge = (day: Day, upTo: number): number =>
    y(SEVERITIES.slice(SEVERITIES.length - upTo).reduce((sum, severity) => sum + day.open[severity], 0));
  const level = SEVERITIES.length - layer;
  const upper = series.map((day, index) => `${x(index)},${edge(day, level)} ${x(index + 1)},${edge(day, level)}`);
  const lower = series.map(
    (day, index) => `${x(index + 1)},${edge(day, level - 1)} ${x(index)},${edge(day, level - 1)}`,
  );
  return `<polygon class="${SEVERITIES[layer]}" points="${[...upper, ...lower.reverse()].join(' ')}"/>\n`;
}

function expiredLine(series: readonly Day[], { x, y }: Scale): string {
  if (series.every(({ expired }) => expired === 0)) return '';
  const points = series.map(({ expired }, index) => `${x(index)},${y(expired)} ${x(index + 1)},${y(expired)}`);
  return `<polyline class="expired" points="${points.join(' ')}"/>\n`;
}

function grid(top: number, step: number, { y }: Scale): string {
  const right = PLOT.left + PLOT.width;
  return Array.from({ length: top / step + 1 }, (_, index) => index * step)
    .map(
      (value) =>
        `<line class="grid" x1="${PLOT.left}" x2="${right}" y1="${y(value)}" y2="${y(value)}"/><text class="faint end" x="${PLOT.left - 8}" y="${y(value) + 4}">${value}</text>\n`,
    )
    .join('');
}

function dates(series: readonly Day[], { x }: Scale): string {
  const every = Math.max(1, Math.ceil(series.length / 6));
  return series
    .flatMap(({ day }, index) =>
      index % every === 0
        ? [`<text class="faint" x="${x(index)}" y="${PLOT.top + PLOT.height + 22}">${day}</text>\n`]
        : [],
    )
    .join('');
}

function legend(): string {
  const items = [...SEVERITIES, 'expired'] as const;
  return items
    .map((name, index) => {
      const x = 24 + index * 104;
      const mark =
        name === 'expired'
          ? `<line class="expired" x1="${x}" x2="${x + 14}" y1="84" y2="84"/>`
          : `<rect class="${name}" x="${x}" y="78" width="14" height="12" rx="3"/>`;
      return `${mark}<text class="faint" x="${x + 20}" y="88">${name}</text>`;
    })
    .join('');
}

/** 1, 2 or 5 times a power of ten, so that there are about five lines. */
function tickOf(highest: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(Math.max(highest / 5, 1)));
  return ([1, 2, 5, 10].find((factor) => factor * magnitude * 5 >= highest) ?? 10) * magnitude;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

const STYLE = `<style>
text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:#1b2733}
.paper{fill:#fff}.title{font-size:20px;font-weight:600}.faint{font-size:12px;fill:#55636f}.end{text-anchor:end}
.grid{stroke:#d4dbe1;stroke-width:1}.expired{stroke:#1b2733;stroke-width:2;stroke-dasharray:5 3;fill:none}
.critical{fill:#8e1329}.high{fill:#d2601a}.medium{fill:#e7b416}.low{fill:#8fb8de}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.paper{fill:#0d1117}.faint{fill:#9aa7b2}.grid{stroke:#30363d}.expired{stroke:#e6edf3}
.critical{fill:#e5484d}.high{fill:#e07b39}.medium{fill:#d9b13b}.low{fill:#4a7ba8}}
</style>`;
