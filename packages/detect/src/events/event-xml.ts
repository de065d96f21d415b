// SPDX-License-Identifier: Apache-2.0
import { put } from './fields.ts';
import { EVENT_LIMITS } from './limits.ts';

interface Element {
  readonly name: string;
  readonly children: Record<string, unknown>;
  readonly attributes: Record<string, unknown>;
  text: string;
}

/** One token: a comment or instruction, CDATA, a tag, or text. Each alternative is told by its first characters. */
const TOKEN =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([A-Za-z_][\w:.-]*)((?:[\s/][^<>]*)?)>|([^<]+)/y;
const ATTRIBUTE = /\s*([A-Za-z_][\w:.-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/y;

/**
 * The XML of one event as evtx_dump writes it in JSON: attributes under `#attributes`, a text beside them as `#text`,
 * elements of one name as a list. Document types, and so entities of one's own, are refused. Undefined for what is
 * no event.
 */
export function parseEventXml(xml: string): Record<string, unknown> | undefined {
  const root: Element = { name: '', children: {}, attributes: {}, text: '' };
  const open: Element[] = [root];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < xml.length; at = TOKEN.lastIndex) {
    const token = TOKEN.exec(xml);
    const top = open.at(-1);
    if (!token || !top) return undefined;
    const [, data, closing, name, attributes = '', text] = token;
    if (data !== undefined) top.text += data;
    else if (text !== undefined) top.text += unescape(text);
    else if (name !== undefined && closing === '/') {
      if (name !== top.name || open.length < 2) return undefined;
      open.pop();
      attach(open.at(-1) ?? root, top);
    } else if (name !== undefined) {
      const element: Element = { name, children: {}, attributes: attributesOf(attributes), text: '' };
      if (attributes.endsWith('/')) attach(top, element);
      else if (open.push(element) > EVENT_LIMITS.depth) return undefined;
    }
  }
  return open.length === 1 && Object.hasOwn(root.children, 'Event') ? root.children : undefined;
}

function attributesOf(text: string): Record<string, unknown> {
  const attributes: Record<string, unknown> = {};
  ATTRIBUTE.lastIndex = 0;
  for (let found = ATTRIBUTE.exec(text); found; found = ATTRIBUTE.exec(text)) {
    const [, name = '', double, single = ''] = found;
    put(attributes, name, unescape(double ?? single));
  }
  return attributes;
}

function attach(parent: Element, child: Element): void {
  const value = valueOf(child);
  if (!Object.hasOwn(parent.children, child.name)) return put(parent.children, child.name, value);
  const known = parent.children[child.name];
  if (Array.isArray(known)) known.push(value);
  else put(parent.children, child.name, [known, value]);
}

function valueOf({ children, attributes, text }: Element): unknown {
  const hasAttributes = Object.keys(attributes).length > 0;
  if (Object.keys(children).length > 0) return hasAttributes ? { '#attributes': attributes, ...children } : children;
  if (hasAttributes) return text === '' ? { '#attributes': attributes } : { '#attributes': attributes, '#text': text };
  return text === '' ? null : text;
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescape(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(
    /&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(lt|gt|amp|quot|apos));/g,
    (whole, decimal, hex, named) => {
      if (typeof named === 'string') return NAMED[named] ?? whole;
      const code = typeof hex === 'string' ? Number.parseInt(hex, 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
