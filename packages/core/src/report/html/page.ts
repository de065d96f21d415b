// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import type { Report } from '../../gate/result.ts';
import { VERDICTS } from '../tally.ts';
import { jsonInHtml, pageData } from './data.ts';
import { findingsSection } from './findings.ts';
import { gatesSection } from './gates.ts';
import { Markup, markup } from './markup.ts';
import { metricsSection } from './metrics.ts';
import { runPage } from './browser/script.ts';
import { STYLE } from './style.ts';

/** A part of the page with a heading of its own. */
export interface Section {
  /** Of the heading; unique in the page. */
  readonly id: string;
  readonly title: string;
  readonly body: Markup;
  /** CSS that only this section needs. */
  readonly style?: string;
}

/**
 * One file that opens by itself: nothing is loaded, and nothing runs but the script whose digest the page names (CSP
 * level 3, §2.3.1). What users wrote is data, never markup. The same report gives the same bytes.
 */
export function drawPage(report: Report, sections: readonly Section[] = []): string {
  const { verdict, asOf, tool } = report;
  const all = [...gatesSection(report), ...metricsSection(report), findingsSection(report), ...sections];
  const script = `(${runPage.toString()})();`;
  const style = [STYLE, ...all.map((section) => section.style ?? '')].join('');
  const policy = `default-src 'none'; script-src '${digestOf(script)}'; style-src '${digestOf(style)}'; base-uri 'none'; form-action 'none'`;
  const { mark, words } = VERDICTS[verdict];
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Helios: ${words}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<a class="skip" href="#findings">Skip to the findings</a>
<header>
<h1 class="${verdict}">${mark} ${words}</h1>
<p class="faint">As of ${asOf}, by ${tool.name} ${tool.version}</p>
<nav aria-label="Sections">${all.map(({ id, title }) => markup`<a href="#${id}">${title}</a>`)}</nav>
</header>
<main>
${all.map(({ id, title, body }) => markup`<section aria-labelledby="${id}"><h2 id="${id}" tabindex="-1">${title}</h2>\n${body}</section>\n`)}
</main>
<dialog id="help" aria-label="Keys">
<p><kbd>/</kbd> search · <kbd>j</kbd> <kbd>k</kbd> next and previous finding · <kbd>Esc</kbd> leave a field · <kbd>?</kbd> this</p>
<button id="close">Close</button>
</dialog>
<script type="application/json" id="data">${new Markup(jsonInHtml(pageData(report)))}</script>
<script>${new Markup(script)}</script>
</body>
</html>
`;
  return page.toString();
}

function digestOf(content: string): string {
  return `sha256-${createHash('sha256').update(content).digest('base64')}`;
}
