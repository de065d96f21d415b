// SPDX-License-Identifier: Apache-2.0

export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  /** The character data of the element itself, joined. */
  text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
// XML 1.0 §2.2
const ILLEGAL = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const TOKEN =
  /<(?<close>\/)?(?<name>[A-Za-z][\w-]*)(?<attributes>(?:\s+[A-Za-z][\w-]*="[^"<]*")*)\s*(?<empty>\/)?>|(?<text>[^<]+)/y;

/** A strict reader of the XML that we write: no comment, no CDATA, no DOCTYPE. Throws on anything not well-formed. */
export function readXml(xml: string): XmlElement {
  const illegal = ILLEGAL.exec(xml);
  if (illegal) throw new Error(`illegal character U+${illegal[0].codePointAt(0)?.toString(16)}`);
  const prolog = '<?xml version="1.0" encoding="UTF-8"?>\n';
  if (!xml.startsWith(prolog)) throw new Error('no XML declaration');

  const document: XmlElement = { name: '', attributes: new Map(), children: [], text: '' };
  const open = [document];
  TOKEN.lastIndex = prolog.length;
  while (TOKEN.lastIndex < xml.length) {
    const at = TOKEN.lastIndex;
    const { close, name, attributes, empty, text } = TOKEN.exec(xml)?.groups ?? {};
    const parent = open.at(-1);
    if (!parent) throw new Error('an end tag too many');
    if (text !== undefined) parent.text += decode(text);
    else if (name === undefined) throw new Error(`not well-formed at ${xml.slice(at, at + 40)}`);
    else if (close) {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes another element`);
    } else {
      const element: XmlElement = { name, attributes: attributesOf(attributes ?? ''), children: [], text: '' };
      parent.children.push(element);
      if (!empty) open.push(element);
    }
  }
  const [root, ...more] = document.children;
  if (open.length !== 1 || !root || more.length > 0 || document.text.trim() !== '')
    throw new Error('not one root element');
  return root;
}

/** All elements of that name, in document order. */
export function elementsOf(root: XmlElement, name: string): XmlElement[] {
  return [...(root.name === name ? [root] : []), ...root.children.flatMap((child) => elementsOf(child, name))];
}

/** White space that is written out becomes a space (XML 1.0 §3.3.3). */
function attributesOf(text: string): Map<string, string> {
  const pairs = [...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(
    ([, name = '', value = '']) => [name, decode(value.replace(/\s/g, ' '))] as const,
  );
  if (new Set(pairs.map(([name]) => name)).size !== pairs.length) throw new Error('an attribute twice');
  return new Map(pairs);
}

function decode(text: string): string {
  if (/&(?!#\d+;|\w+;)/.test(text)) throw new Error('a bare ampersand');
  return text.replace(/&(?:#(\d+)|(\w+));/g, (whole, code: string | undefined, name: string | undefined) => {
    const char = code === undefined ? ENTITIES[name ?? ''] : String.fromCodePoint(Number(code));
    if (char === undefined || ILLEGAL.test(char)) throw new Error(`unknown reference ${whole}`);
    return char;
  });
}
