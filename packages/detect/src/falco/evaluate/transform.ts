// SPDX-License-Identifier: Apache-2.0
import type { Transformer } from '../condition/expression.ts';
import { toLower, toText, toUpper } from './comparison.ts';
import type { FieldType, ValueType } from './field-type.ts';

const TAKES: Readonly<Record<Transformer, readonly ValueType[]>> = {
  tolower: ['text', 'dynamic'],
  toupper: ['text', 'dynamic'],
  basename: ['text', 'dynamic'],
  b64: ['text', 'bytes', 'dynamic'],
  len: ['text', 'bytes', 'dynamic'],
};

/** The type after a transformer; undefined where it does not take that type. */
export function transformedType(transformer: Transformer, field: FieldType): FieldType | undefined {
  if (transformer === 'len' && field.list) return { type: 'number' };
  if (!TAKES[transformer].includes(field.type)) return undefined;
  return transformer === 'len' ? { type: 'number' } : field;
}

/** Undefined where there is no result (text that is not base64): the comparison fails then, as in Falco. */
export function transform(transformer: Transformer, value: unknown): unknown {
  if (transformer === 'len') return Array.isArray(value) ? value.length : Buffer.byteLength(toText(value));
  if (Array.isArray(value)) {
    const items = value.map((item) => transform(transformer, item)).filter((item) => item !== undefined);
    return items.length === 0 ? undefined : items;
  }
  const text = toText(value);
  switch (transformer) {
    case 'tolower':
      return toLower(text);
    case 'toupper':
      return toUpper(text);
    case 'basename':
      return text.slice(text.lastIndexOf('/') + 1);
    case 'b64':
      return decodeBase64(text);
  }
}

/** With or without padding; as a C string, which ends at the first NUL. */
function decodeBase64(text: string): string | undefined {
  const digits = text.replace(/={1,2}$/, '');
  if (!/^[A-Za-z0-9+/]*$/.test(digits) || digits.length % 4 === 1) return undefined;
  return Buffer.from(digits, 'base64').toString('utf8').split('\0', 1)[0];
}
