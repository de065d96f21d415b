// SPDX-License-Identifier: Apache-2.0
import type { Pointer } from '@helios/core/finding';

/** Where in a file something stands. */
export interface Place {
  readonly path: string;
  /** 0-based index of the document in its file. */
  readonly document: number;
  readonly pointer: Pointer;
}

/** A document of a manifest file, or an item of a list in it, before its fields are looked at. */
export interface KubernetesObject {
  readonly place: Place;
  readonly apiVersion: string;
  readonly kind: string;
  /** Without the fields that are null, which count as absent (Kubernetes API conventions). */
  readonly written: Readonly<Record<string, unknown>>;
}

/** Something that Kubernetes would not take, or that cannot be read here. */
export interface Problem {
  readonly place: Place;
  readonly subject: string;
  readonly message: string;
}

/** A parsed file. */
export interface DocumentFile {
  readonly path: string;
  readonly documents: readonly unknown[];
}

export interface Objects {
  readonly objects: readonly KubernetesObject[];
  readonly problems: readonly Problem[];
}

/** The objects of some files, those in lists (`List`, `PodList`, …) one by one. What is no manifest is passed over. */
export function readObjects(files: readonly DocumentFile[]): Objects {
  const objects: KubernetesObject[] = [];
  const problems: Problem[] = [];
  const read = (value: unknown, place: Place, listed?: Listed): void => {
    if (!isRecord(value)) {
      if (listed) problems.push({ place, subject: listed.list, message: 'the item of a list is no object' });
      return;
    }
    const kind = value['kind'] ?? listed?.kind;
    const apiVersion = value['apiVersion'] ?? listed?.apiVersion;
    if ((kind === undefined || apiVersion === undefined) && !looksLikeObject(value, kind, apiVersion)) return;
    if (typeof kind !== 'string' || typeof apiVersion !== 'string') {
      problems.push({
        place,
        subject: typeof kind === 'string' ? kind : 'an object',
        message: 'a manifest says its kind and its apiVersion, as texts',
      });
      return;
    }
    const { items } = value;
    if (kind.endsWith('List') && (items !== undefined || kind === 'List')) {
      if (items === undefined || items === null) return;
      if (!Array.isArray(items)) {
        problems.push({ place: inside(place, ['items']), subject: kind, message: 'the items of a list are a list' });
        return;
      }
      const each = kind === 'List' ? { list: kind } : { list: kind, kind: kind.slice(0, -'List'.length), apiVersion };
      for (const [index, item] of items.entries()) read(item, inside(place, ['items', index]), each);
      return;
    }
    objects.push({ place, apiVersion, kind, written: withoutNulls(value) as Record<string, unknown> });
  };
  for (const { path, documents } of files)
    for (const [document, value] of documents.entries()) read(value, { path, document, pointer: [] });
  return { objects, problems };
}

interface Listed {
  readonly list: string;
  /** What the items are where they do not say so themselves. */
  readonly kind?: string;
  readonly apiVersion?: string;
}

/** One of the two words alone is found in many other formats, and is meant for a manifest beside its other parts. */
function looksLikeObject({ metadata, spec, items }: Readonly<Record<string, unknown>>, ...words: unknown[]): boolean {
  const parts = [isRecord(metadata), isRecord(spec), Array.isArray(items)].filter(Boolean).length;
  return words.some((word) => word !== undefined) && parts > (words[1] === undefined ? 1 : 0);
}

export function inside({ path, document, pointer }: Place, steps: Pointer): Place {
  return { path, document, pointer: [...pointer, ...steps] };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(([, inner]) => inner !== null && inner !== undefined);
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutNulls(inner)]));
}

/** What lies below some steps of keys and indexes; undefined where they lead nowhere. */
export function valueAt(value: unknown, steps: Pointer): unknown {
  return steps.reduce((inner, step) => {
    if (Array.isArray(inner)) return typeof step === 'number' ? (inner[step] as unknown) : undefined;
    return isRecord(inner) ? inner[step] : undefined;
  }, value);
}
