// SPDX-License-Identifier: Apache-2.0
import type { Anchor, Pointer } from '../finding/draft.ts';
import { syntaxOf } from './documents.ts';
import { locateInEntry } from './locate-block.ts';
import { locateInJson } from './locate-json.ts';
import { locateInToml } from './locate-toml.ts';
import { locateInYaml } from './locate-yaml.ts';
import type { SourceFile } from './source.ts';

/** UTF-16 offsets into a source's text, end exclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** What of a value is shown: the value itself, or the key that names it. */
export type Part = 'value' | 'key';

/** Finds a value by its pointer; a missing one is answered by the nearest ancestor that exists. */
export type Locator = (document: number, pointer: Pointer, part: Part) => Range | undefined;

const LOCATORS = { yaml: locateInYaml, json: locateInJson, toml: locateInToml } as const;

/** Parses a file once more, with positions, and only as much of it as is asked about. */
export function locatorOf(source: SourceFile): (anchor: Anchor, part?: Part) => Promise<Range | undefined> {
  const syntax = syntaxOf(source.path);
  if (syntax === undefined) return async () => undefined;
  const entries = new Map<string, Locator | undefined>();
  const entryOf = (key: string): Locator | undefined => {
    if (!entries.has(key)) entries.set(key, locateInEntry(source.text, key));
    return entries.get(key);
  };
  let whole: Promise<Locator> | undefined;
  return async ({ document = 0, pointer, text }, part = 'value') => {
    const [key] = pointer;
    const inEntry = syntax === 'yaml' && typeof key === 'string' ? entryOf(key) : undefined;
    const range =
      inEntry?.(document, pointer, part) ?? (await (whole ??= LOCATORS[syntax](source)))(document, pointer, part);
    return narrow(source.text, range, text);
  };
}

function narrow(text: string, range: Range | undefined, part: string | undefined): Range | undefined {
  if (!range || part === undefined || part === '') return range;
  const start = text.indexOf(part, range.start);
  return start === -1 || start + part.length > range.end ? range : { start, end: start + part.length };
}
