// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import { locatorOf, type SourceFile } from '@helios/core/input';
import type { Ruleset } from '../ruleset.ts';
import { draftAt } from './draft.ts';
import { itemsOf } from './item.ts';

/** Numbers that have another text than they are written with; most files hold none, and are not searched for positions. */
const SUSPECT =
  /(?<=[\s[,{])(?:[-+]?(?:0\d+|0[xo][\da-f]+|\.\d+|\d+\.(?:\d*0)?|[\d.]+e[-+]?\d+)|\+\d+|-0|\d{16,})(?=[\s,\]}]|$)/i;

/**
 * Bare numbers of which only the value is left: `0123` is 123 by YAML 1.2, 83 by YAML 1.1 (pySigma) and the text for
 * rsigma. Found by what stands in the files, as reading keeps no digits that do not count.
 */
export async function judgeBareNumbers({ rules }: Ruleset, sources: readonly SourceFile[]): Promise<FindingDraft[]> {
  const suspects = new Map(sources.filter(({ text }) => SUSPECT.test(text)).map((source) => [source.path, source]));
  const drafts: FindingDraft[] = [];
  for (const { rule, place, written } of rules) {
    const source = suspects.get(place.path);
    if (source === undefined) continue;
    const locate = locatorOf(source);
    for (const { values } of itemsOf(written['detection'])) {
      for (const { value, at } of values) {
        if (typeof value !== 'number') continue;
        const range = await locate({ document: place.document, pointer: at });
        const raw = source.text.slice(range?.start, range?.end);
        if (raw === String(value)) continue;
        drafts.push(
          draftAt('detect/altered-number', place, at, rule.title, `${raw} is read as the number ${value}`, {
            matched: raw,
            remedy: `Write '${raw}' where these characters are meant, ${value} where the number is.`,
          }),
        );
      }
    }
  }
  return drafts;
}
