// SPDX-License-Identifier: Apache-2.0
import { visible, xmlText } from '../sanitize.ts';

/** Text that is HTML already. Only `markup` makes it, so everything else is text and gets escaped. */
export class Markup {
  readonly #html: string;
  constructor(html: string) {
    this.#html = html;
  }
  toString(): string {
    return this.#html;
  }
}

type Content = Markup | string | number | readonly Content[];

/**
 * HTML from a template: what is put in is escaped, on one line, with nothing in it that cannot be seen, unless it is markup
 * itself. Attributes must stand in double quotes.
 */
export function markup(template: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(
    template.map((html, at) => html + (at < contents.length ? htmlOf(contents[at] ?? '') : '')).join(''),
  );
}

function htmlOf(content: Content): string {
  if (content instanceof Markup) return content.toString();
  if (typeof content === 'object') return content.map(htmlOf).join('');
  return xmlText(visible(String(content)));
}
