// SPDX-License-Identifier: Apache-2.0

/** A random condition, before it is text. Values are of the kind that the field compares. */
export type Node =
  | { readonly kind: 'and' | 'or'; readonly nodes: readonly Node[] }
  | { readonly kind: 'not'; readonly node: Node }
  | { readonly kind: 'check'; readonly field: string; readonly operator: string; readonly values: readonly string[] };

export type Event = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

export const TYPES: Readonly<Record<string, 'text' | 'number' | 'flag' | 'address' | 'network'>> = {
  'proc.name': 'text',
  'fd.name': 'text',
  'proc.aname': 'text',
  'fd.num': 'number',
  'proc.tty': 'number',
  'container.privileged': 'flag',
  'fd.sip': 'address',
  'fd.snet': 'network',
};

/** Says what a condition is by its meaning, in the plainest way there is, and slowly. */
export function holdsPlainly(node: Node, event: Event): boolean {
  switch (node.kind) {
    case 'and':
      return node.nodes.every((part) => holdsPlainly(part, event));
    case 'or':
      return node.nodes.some((part) => holdsPlainly(part, event));
    case 'not':
      return !holdsPlainly(node.node, event);
    case 'check': {
      const held = event[node.field] ?? (node.field === 'fd.snet' ? event['fd.sip'] : undefined);
      const values = (Array.isArray(held) ? held : [held]).filter((value) => value !== undefined && value !== null);
      if (node.operator === 'exists') return values.length > 0;
      return values.some((value) => passes(TYPES[node.field] ?? 'text', node.operator, value as string, node.values));
    }
  }
}

function passes(type: string, operator: string, value: string | number | boolean, written: readonly string[]): boolean {
  const one = written[0] ?? '';
  if (type === 'number') {
    const number = typeof value === 'number' ? value : /^-?\d+$/.test(String(value)) ? Number(value) : Number.NaN;
    if (Number.isNaN(number)) return false;
    const right = Number(one);
    const results: Record<string, boolean> = {
      '=': number === right,
      '!=': number !== right,
      '<': number < right,
      '<=': number <= right,
      '>': number > right,
      '>=': number >= right,
      in: written.map(Number).includes(number),
    };
    return results[operator] ?? false;
  }
  if (type === 'flag') {
    const flag = String(value);
    if (flag !== 'true' && flag !== 'false') return false;
    return operator === '!=' ? flag !== one : (operator === 'in' ? written : [one]).includes(flag);
  }
  if (type === 'address' || type === 'network') {
    const bits = bitsOf(String(value));
    if (bits === undefined) return false;
    const inside = (text: string) => {
      const [address = '', length] = text.split('/');
      const other = bitsOf(address) ?? '';
      return (
        other.length === bits.length && bits.startsWith(length === undefined ? other : other.slice(0, Number(length)))
      );
    };
    return operator === '!=' ? !inside(one) : (operator === 'in' ? written : [one]).some(inside);
  }
  const text = String(value);
  switch (operator) {
    case '=':
      return text === one;
    case '!=':
      return text !== one;
    case 'contains':
      return text.indexOf(one) >= 0;
    case 'icontains':
      return text.toLowerCase().indexOf(one.toLowerCase()) >= 0;
    case 'startswith':
      return text.slice(0, one.length) === one;
    case 'endswith':
      return one === '' || text.slice(-one.length) === one;
    case 'glob':
      return globs(one, text);
    case 'regex':
      return new RegExp(`^(?:${one})$`).test(text);
    case 'in':
    case 'intersects':
      return written.includes(text);
    case 'pmatch':
      return written.some((path) => isBelow(text, path));
    default:
      throw new Error(operator);
  }
}

/** By trying everything. */
function globs(pattern: string, text: string): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return text === '';
  if (first === '*') return globs(rest.join(''), text) || (text !== '' && globs(pattern, text.slice(1)));
  return text !== '' && (first === '?' || first === text[0]) && globs(rest.join(''), text.slice(1));
}

function isBelow(path: string, above: string): boolean {
  const [names, wanted] = [path, above].map((text) => text.split('/').filter((name) => name !== ''));
  return (wanted ?? []).every((name, i) => names?.[i] === name);
}

/** 0s and 1s: 32 or 128 of them. */
function bitsOf(text: string): string | undefined {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(text)) {
    return text
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  }
  if (!/^[\da-f:]+$/.test(text) || !text.includes(':')) return undefined;
  const [head = '', tail] = text.split('::');
  const left = head.split(':').filter((group) => group !== '');
  const right = (tail ?? '').split(':').filter((group) => group !== '');
  const groups = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => '0'), ...right];
  return groups.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('');
}

/** As text, with no more parentheses than there must be, unless `wrap` asks for them. */
export function render(node: Node, wrap: () => boolean): string {
  const text = renderBare(node, wrap);
  return wrap() ? `( ${text} )` : text;
}

function renderBare(node: Node, wrap: () => boolean): string {
  switch (node.kind) {
    case 'or':
      return node.nodes.map((part) => render(part, wrap)).join(' or ');
    case 'and':
      return node.nodes
        .map((part) => (part.kind === 'or' ? `(${render(part, wrap)})` : render(part, wrap)))
        .join('\n and ');
    case 'not': {
      const inner = render(node.node, wrap);
      return node.node.kind === 'check' || node.node.kind === 'not' ? `not ${inner}` : `not(${inner})`;
    }
    case 'check': {
      const { field, operator, values } = node;
      if (operator === 'exists') return `${field} exists`;
      const written = values.map((value) => (wrap() || /[\s()"',=]|^$/.test(value) ? JSON.stringify(value) : value));
      if (operator === 'in' || operator === 'intersects' || operator === 'pmatch')
        return `${field} ${operator} (${written.join(', ')})`;
      return operator.startsWith('<') || operator.startsWith('>')
        ? `${field}${operator}${values[0]}`
        : `${field} ${operator} ${written[0]}`;
    }
  }
}
