// SPDX-License-Identifier: Apache-2.0
import { type Markup, markup, type Section } from '@helios/core/report';
import type { Catalog } from '../catalog/catalog.ts';
import type { Inputs } from '../gate.ts';
import {
  type Heat,
  HEAT_STEPS,
  type HeatColumn,
  heatColumns,
  heatLabel,
  heatStep,
  heatTitle,
  isSeen,
  measureHeat,
  VALIDATED,
} from './heat.ts';

/** The matrix of each framework as a section of a report's page: text that is coloured, not a picture. */
export function heatSections(inputs: Inputs): Section[] {
  return Object.entries(inputs.catalogs).map(([name, catalog]) => heatSection(name, catalog, inputs));
}

function heatSection(name: string, catalog: Catalog, inputs: Inputs): Section {
  const heat = measureHeat(catalog, inputs);
  const id = `heatmap-${name}`;
  const legend = HEAT_STEPS.map(([, label], step) => markup`<span class="heat s${step}">${label}</span> `);
  const columns = heatColumns(catalog, heat).map((column) => columnMarkup(column));
  const body = markup`<p class="faint">Detections for each technique, those of its sub-techniques among them: ${legend} ${VALIDATED}</p>
<div class="scroll matrix" role="group" tabindex="0" aria-labelledby="${id}">${columns}</div>`;
  return { id, title: heatTitle(catalog, heat), body, style: STYLE };
}

/** What nobody sees is folded away: most of a matrix is that. */
function columnMarkup({ tactic, cells }: HeatColumn): Markup {
  const [seen, unseen] = [cells.filter(isSeen), cells.filter((cell) => !isSeen(cell))];
  const rest = markup`<details><summary>${unseen.length} without a detection</summary>${list(unseen)}</details>`;
  return markup`<div><h3>${tactic.name}</h3><p class="faint">${seen.length} of ${cells.length}</p>${list(seen)}${unseen.length > 0 ? rest : ''}</div>\n`;
}

function list(cells: readonly Heat[]): Markup | string {
  return cells.length === 0 ? '' : markup`<ul>${cells.map(cellMarkup)}</ul>`;
}

function cellMarkup(heat: Heat): Markup {
  const { technique, withSubs, validated } = heat;
  const count = withSubs > 0 ? ` · ${withSubs}${validated ? ' ✓' : ''}` : '';
  return markup`<li class="heat s${heatStep(heat)}"><span class="spoken">${heatLabel(heat)}</span><span aria-hidden="true"><b>${technique.id}${count}</b> ${technique.name}</span></li>`;
}

// Blues that keep 4.5:1 against their text in light and in dark; paper shows them too.
const STYLE = `
.matrix { display: grid; grid-auto-flow: column; grid-auto-columns: 9.5rem; gap: .5rem; padding-bottom: .75rem; font-size: .75rem; line-height: 1.35; }
.matrix h3 { margin: 0; font-size: .875rem; } .matrix ul { list-style: none; margin: .25rem 0 0; padding: 0; }
.matrix li { border-radius: .25rem; margin-bottom: .25rem; padding: .25rem .4rem; position: relative; } .matrix b { display: block; font-weight: 600; }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
span.heat { border-radius: .25rem; padding: .1rem .4rem; white-space: nowrap; } .heat { border: 1px solid var(--line); print-color-adjust: exact; }
.s0 { background: #f6f8fa; color: #57606a; } .s1 { background: #d6e8f7; color: #1b2733; } .s2 { background: #9ecae9; color: #1b2733; } .s3 { background: #2f75b5; color: #fff; } .s4 { background: #0b3d6e; color: #fff; }
@media (prefers-color-scheme: dark) { .s0 { background: #161b22; color: #9aa4af; } .s1 { background: #12304d; color: #e6edf3; } .s2 { background: #1c5085; color: #e6edf3; } .s3 { background: #7ab6ea; color: #0d1117; } .s4 { background: #cfe6fa; color: #0d1117; } }
`;
