// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft, Pointer } from '@helios/core/finding';
import { locatorOf, type SourceFile } from '@helios/core/input';
import { isRule } from '../ruleset.ts';
import { draftAt } from './draft.ts';
import { itemsOf } from './item.ts';
import { titleOf } from './metadata.ts';

/** A number in a rule of which only the value is left. JSON. */
export interface BareNumber {
  readonly document: number;
  readonly at: Pointer;
  readonly title: string;
  /** As it is written. */
  readonly raw: string;
  /** As it is read. */
  readonly value: string;
}

/** Numbers that have another text than they are written with; most files hold none, and are not searched for positions. */
const SUSPECT =
  /(?<=[\s[,{])(?:[-+]?(?:0\d+|0[xo][\da-f]+|\.\d+|\d+\.(?:\d*0)?|[\d.]+e[-+]?\d+)|\+\d+|-0)(?=[\s,\]}]|$)/i;

/**
 * Finds bare numbers by what stands in the file, as reading keeps no digits that do not count: `0123` is 123 by YAML 1.2,
 * 83 by YAML 1.1 (pySigma) and the text for rsigma.
 */
export async function findBareNumbers(source: SourceFile, documents: readonly unknown[]): Promise<BareNumber[]> {
  if (!SUSPECT.test(source.text)) return [];
  const found: BareNumber[] = [];
  const locate = locatorOf(source);
  for (const [document, written] of documents.entries()) {
    if (!isRule(written)) continue;
    for (const { value, at } of [...itemsOf(written['detection'])].flatMap(({ values }) => values)) {
      if (typeof value !== 'number') continue;
      const range = await locate({ document, pointer: at });
      const raw = source.text.slice(range?.start, range?.end);
      if (raw !== String(value)) found.push({ document, at, title: titleOf(written), raw, value: String(value) });
    }
  }
  return found;
}

export function judgeBareNumbers(
  files: readonly { readonly path: string; readonly bareNumbers: readonly BareNumber[] }[],
): FindingDraft[] {
  return files.flatMap(({ path, bareNumbers }) =>
    bareNumbers.map(({ document, at, title, raw, value }) =>
      draftAt('detect/altered-number', { path, document }, at, title, `${raw} is read as the number ${value}`, {
        matched: raw,
        remedy: `Write '${raw}' where these characters are meant, ${value} where the number is.`,
      }),
    ),
  );
}
