// SPDX-License-Identifier: Apache-2.0
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import { html } from './html/html.ts';
import { json } from './json.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';
import type { Reporter } from './reporter.ts';
import { sarif } from './sarif.ts';
import { text } from './text.ts';

/** The one list of output formats. */
export const REPORTERS = { text, json, sarif, junit, github, gitlab, markdown, html } as const satisfies Record<
  string,
  Reporter
>;

export type Format = keyof typeof REPORTERS;
