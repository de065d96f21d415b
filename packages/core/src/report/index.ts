// SPDX-License-Identifier: Apache-2.0
export { REPORTERS } from './formats.ts';
export type { Format } from './formats.ts';
export { type Markup, markup } from './html/markup.ts';
export { drawPage, type Section } from './html/page.ts';
export { table } from './html/table.ts';
export { demandOf, isMet, valueOf } from './metric.ts';
export { githubSummary } from './markdown.ts';
export type { Reporter, View } from './reporter.ts';
export { visible, xmlAttribute, xmlText } from './sanitize.ts';
export { levelsOf, mostSevereFirst } from './tally.ts';
export { verdictLine } from './text.ts';
