// SPDX-License-Identifier: Apache-2.0
import { LEVELS } from '../../finding/finding.ts';
import type { Report } from '../../gate/result.ts';
import { counted } from '../quantity.ts';
import { type Markup, markup } from './markup.ts';
import type { Section } from './page.ts';

/** The filters, and the place where the page's script draws what they let through. */
export function findingsSection({ gates }: Report): Section {
  const all = gates.flatMap((gate) => [...gate.findings, ...gate.waived]);
  const rules = [...new Set(all.map(({ ruleId }) => ruleId))].sort();
  const body = markup`<form id="filters" role="search">
<label class="wide">Search<input id="q" name="q" type="search" autocomplete="off" spellcheck="false"></label>
${choice(
  'gate',
  'Gate',
  gates.map(({ gate }) => gate),
)}
${choice('level', 'Level', LEVELS)}
${choice('rule', 'Rule', rules)}
${choice('status', 'Status', ['open', 'waived'])}
<p class="buttons"><button type="button" id="all">Show all</button> <button type="button" id="keys">Keys</button></p>
</form>
<p id="count" role="status">${counted(all.length, 'findings')}</p>
<div id="list"></div>
<noscript><p>A script of this page draws the findings. Where scripts are off, see the text or the SARIF report.</p></noscript>`;
  return { id: 'findings', title: 'Findings', body };
}

function choice(name: string, title: string, values: readonly string[]): Markup {
  const options = values.map((value) => markup`<option value="${value}">${value}</option>`);
  return markup`<label>${title}<select name="${name}"><option value="">all</option>${options}</select></label>`;
}
