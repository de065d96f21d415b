// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft, Pointer } from '@helios/core/finding';
import type { Ruleset } from '../ruleset.ts';
import { type Document, documentsOf } from './document.ts';
import { draftAt } from './draft.ts';
import { titleOf } from './metadata.ts';
import { slipOf } from './slip.ts';

/** Keys of a document and of its log source (Sigma specification 2.1.0). Others may be added, so only slips are told. */
export const KEYS = [
  'title id related name taxonomy status description license author references date modified logsource detection',
  'correlation filter fields falsepositives level tags scope runbook generate',
].flatMap((keys) => keys.split(' '));
const LOGSOURCE_KEYS = ['category', 'product', 'service', 'definition'];
const RELATIONS = ['derived', 'obsolete', 'merged', 'renamed', 'similar', 'correlation'];

/** Words that stand where others should, and things said twice. */
export function* judgeKeys(set: Ruleset): Generator<FindingDraft> {
  for (const document of documentsOf(set)) {
    yield* judgeNames(document, [], document.written, KEYS);
    yield* judgeNames(document, ['logsource'], document.written['logsource'], LOGSOURCE_KEYS);
    yield* judgeLogsourceKeys(document);
    yield* judgeRelated(document);
    for (const key of ['tags', 'references', 'falsepositives', 'fields']) yield* judgeTwice(document, key);
  }
}

function* judgeNames(
  { place, written }: Document,
  at: Pointer,
  node: unknown,
  known: readonly string[],
): Generator<FindingDraft> {
  if (node === null || typeof node !== 'object' || Array.isArray(node)) return;
  for (const key of Object.keys(node)) {
    if (known.includes(key)) continue;
    const meant = slipOf(key, known);
    if (meant === undefined || (at.length === 0 && meant in node)) continue;
    yield draftAt('detect/misspelt-key', place, [...at, key], titleOf(written), `nothing reads "${key}"`, {
      matched: key,
      remedy: `Did you mean "${meant}"?`,
    });
  }
}

/** Every key of a log source narrows it, but those that nothing reads. */
function* judgeLogsourceKeys({ place, written }: Document): Generator<FindingDraft> {
  const { logsource } = written;
  if (logsource === null || typeof logsource !== 'object' || Array.isArray(logsource)) return;
  for (const key of Object.keys(logsource)) {
    if (LOGSOURCE_KEYS.includes(key) || slipOf(key, LOGSOURCE_KEYS) !== undefined) continue;
    const message = `nothing reads "${key}" of a log source`;
    yield draftAt('detect/idle-logsource-key', place, ['logsource', key], titleOf(written), message, { matched: key });
  }
}

function* judgeRelated({ place, written }: Document): Generator<FindingDraft> {
  const related = written['related'];
  if (!Array.isArray(related)) return;
  for (const [index, entry] of related.entries()) {
    const { type, id } = (entry ?? {}) as Readonly<Record<string, unknown>>;
    const what = RELATIONS.every((each) => each !== type)
      ? `there is no relation ${JSON.stringify(type)}`
      : id === written['id']
        ? 'is related to itself'
        : undefined;
    if (what !== undefined)
      yield draftAt('detect/bad-relation', place, ['related', index], titleOf(written), what, {
        matched: String(type),
      });
  }
}

function* judgeTwice({ place, written }: Document, key: string): Generator<FindingDraft> {
  const list = written[key];
  if (!Array.isArray(list)) return;
  for (const [index, entry] of list.entries()) {
    if (typeof entry === 'string' && list.indexOf(entry) < index)
      yield draftAt('detect/repeated-entry', place, [key, index], titleOf(written), `${key} name it twice`, {
        matched: entry,
      });
  }
}
