// SPDX-License-Identifier: Apache-2.0
import { redact } from '../finding/redact.ts';
import { disarm, visible, visibleLines } from '../report/sanitize.ts';

/** A line for a terminal or a build log: nothing hidden in it, no secret, and no command to whoever runs the job. */
export function shown(line: string): string {
  return disarm(visible(redact(line)));
}

/** The same of text whose line feeds are its own. */
export function shownLines(text: string): string {
  return disarm(visibleLines(redact(text)));
}
