// SPDX-License-Identifier: Apache-2.0
import type { Pointer } from '@helios/core/finding';

/** A key of a selection with what stands under it, as it is written. */
export interface Item {
  /** Name of the selection. */
  readonly selection: string;
  /** Empty for keywords. */
  readonly field: string;
  readonly modifiers: readonly string[];
  /** Scalars only. */
  readonly values: readonly { readonly value: unknown; readonly at: Pointer }[];
  readonly at: Pointer;
}

/** Every item of a detection, from top to bottom. */
export function* itemsOf(detection: unknown): Generator<Item> {
  if (detection === null || typeof detection !== 'object') return;
  for (const [selection, body] of Object.entries(detection))
    if (selection !== 'condition') yield* itemsIn(body, selection, '', ['detection', selection]);
}

function* itemsIn(node: unknown, selection: string, key: string, at: Pointer): Generator<Item> {
  const list: readonly unknown[] = Array.isArray(node) ? (node as unknown[]) : [node];
  const place = (index: number): Pointer => (Array.isArray(node) ? [...at, index] : at);
  const values = list.flatMap((value, index) => (isMap(value) ? [] : [{ value, at: place(index) }]));
  if (values.length > 0) {
    const [field = '', ...modifiers] = key.split('|');
    yield { selection, field, modifiers, values, at };
  }
  for (const [index, value] of list.entries()) {
    if (!isMap(value)) continue;
    for (const [name, inner] of Object.entries(value)) yield* itemsIn(inner, selection, name, [...place(index), name]);
  }
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
