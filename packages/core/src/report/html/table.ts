// SPDX-License-Identifier: Apache-2.0
import { type Markup, markup } from './markup.ts';

/** A column of words, or of numbers, which stand on the right. */
type Column = string | { readonly number: string };

/** A table that scrolls by itself where the screen is narrow; `heading` is the id of what names it. */
export function table(heading: string, columns: readonly Column[], rows: readonly Markup[]): Markup {
  const heads = columns.map((column) => {
    if (column === '') return markup`<td></td>`;
    if (typeof column === 'string') return markup`<th scope="col">${column}</th>`;
    return markup`<th scope="col" class="number">${column.number}</th>`;
  });
  return markup`<div class="scroll" role="group" tabindex="0" aria-labelledby="${heading}"><table><thead><tr>${heads}</tr></thead><tbody>
${rows}</tbody></table></div>`;
}
