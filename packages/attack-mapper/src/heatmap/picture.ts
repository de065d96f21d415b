// SPDX-License-Identifier: Apache-2.0
import type { Catalog } from '../catalog/catalog.ts';
import { type Heat, HEAT_STEPS, heatColumns, heatLabel, heatStep, heatTitle, isSeen, VALIDATED } from './heat.ts';

const CELL = { width: 184, height: 34, gap: 4 } as const;
const MARGIN = 24;
const HEAD = 96;

/** The matrix as an SVG: a column for each tactic, a cell for each technique, darker the more detections see it. */
export function heatmapPicture(catalog: Catalog, heat: readonly Heat[]): string {
  const columns = heatColumns(catalog, heat);
  const deepest = Math.max(0, ...columns.map(({ cells }) => cells.length));
  const width = MARGIN * 2 + columns.length * (CELL.width + CELL.gap) - CELL.gap;
  const height = HEAD + 40 + deepest * (CELL.height + CELL.gap) + MARGIN;
  const title = heatTitle(catalog, heat);
  const body = columns
    .map(({ tactic, cells }, index) => column(tactic.name, cells, MARGIN + index * (CELL.width + CELL.gap)))
    .join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">
<title id="title">${escape(title)}</title>
${STYLE}
<rect class="paper" width="${width}" height="${height}"/>
<text class="title" x="${MARGIN}" y="40">${escape(title)}</text>
${legend(MARGIN, 58)}
${body}</svg>
`;
}

function column(name: string, cells: readonly Heat[], x: number): string {
  const head = `<text class="tactic" x="${x}" y="${HEAD + 12}">${escape(fit(name, 20))}</text><text class="count" x="${x}" y="${HEAD + 27}">${cells.filter(isSeen).length} of ${cells.length}</text>\n`;
  return head + cells.map((heat, row) => cell(heat, x, HEAD + 40 + row * (CELL.height + CELL.gap))).join('');
}

function cell(heat: Heat, x: number, y: number): string {
  const { technique, withSubs, validated } = heat;
  const step = heatStep(heat);
  const mark = validated ? `<text class="mark s${step}" x="${x + CELL.width - 14}" y="${y + 13}">✓</text>` : '';
  return `<g><title>${escape(heatLabel(heat))}</title><rect class="cell s${step}" x="${x}" y="${y}" width="${CELL.width}" height="${CELL.height}" rx="4"/><text class="id s${step}" x="${x + 7}" y="${y + 13}">${technique.id}${withSubs > 0 ? ` · ${withSubs}` : ''}</text>${mark}<text class="name s${step}" x="${x + 7}" y="${y + 27}">${escape(fit(technique.name, 25))}</text></g>\n`;
}

function legend(x: number, y: number): string {
  const items = HEAT_STEPS.map(([, label], step) => {
    const left = x + 96 + step * 100;
    return `<rect class="cell s${step}" x="${left}" y="${y}" width="16" height="12" rx="3"/><text class="count" x="${left + 22}" y="${y + 10}">${label}</text>`;
  });
  const mark = `<text class="count" x="${x + 120 + HEAT_STEPS.length * 100}" y="${y + 10}">${VALIDATED}</text>`;
  return `<text class="count" x="${x}" y="${y + 10}">Detections</text>${items.join('')}${mark}`;
}

/** Cut to what the cell holds; the full name is in the cell's title. */
function fit(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1).trimEnd()}…`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (char) => ENTITIES[char] ?? char);
}

// Blues that keep 4.5:1 against their text in light and in dark.
const STYLE = `<style>
text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:#1b2733}
.paper{fill:#fff}.title{font-size:20px;font-weight:600}.tactic{font-size:13px;font-weight:600}.count{font-size:11px;fill:#55636f}
.id{font-size:10px}.name{font-size:11px}.mark{font-size:11px;font-weight:700}
.cell{stroke:#d4dbe1;stroke-width:1}
rect.s0{fill:#f6f8fa}rect.s1{fill:#d6e8f7}rect.s2{fill:#9ecae9}rect.s3{fill:#2f75b5}rect.s4{fill:#0b3d6e}
text.s0{fill:#66727d}text.s3,text.s4{fill:#fff}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.paper{fill:#0d1117}.count{fill:#9aa7b2}.cell{stroke:#30363d}rect.s0{fill:#161b22}rect.s1{fill:#12304d}rect.s2{fill:#1c5085}rect.s3{fill:#7ab6ea}rect.s4{fill:#cfe6fa}text.s0{fill:#8b98a4}text.s1,text.s2{fill:#e6edf3}text.s3,text.s4{fill:#0d1117}}
</style>`;
