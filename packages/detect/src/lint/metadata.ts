// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft, Pointer } from '@helios/core/finding';
import type { Place, Ruleset } from '../ruleset.ts';
import { type Document, documentsOf } from './document.ts';
import { draftAt } from './draft.ts';

type Written = Document['written'];

/** Many public rules have ids that no generator made; what counts is that nothing else has them. */
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;
const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'];
const STATUSES = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'];

/** What a rule says of itself (Sigma rules specification 2.1.0). */
export function* judgeMetadata(set: Ruleset): Generator<FindingDraft> {
  const documents = documentsOf(set);
  for (const document of documents) {
    yield* judgeId(document);
    yield* judgeChoice(document, 'level', LEVELS);
    yield* judgeChoice(document, 'status', STATUSES);
    yield* judgeDates(document);
    yield* judgeTexts(document);
  }
  yield* judgeDoubles(documents, 'id', 'detect/duplicate-id');
  yield* judgeDoubles(documents, 'name', 'detect/duplicate-name');
  yield* judgeDoubles(documents, 'title', 'detect/duplicate-title');
}

export function titleOf({ title, id }: Written): string {
  return typeof title === 'string' && title !== '' ? title : typeof id === 'string' ? id : 'a rule without a title';
}

function* judgeId({ place, written }: Document): Generator<FindingDraft> {
  const { id } = written;
  if (typeof id === 'string' && UUID.test(id)) return;
  const what = id === undefined ? 'the rule has no id' : `${JSON.stringify(id)} is no UUID`;
  yield draftAt('detect/bad-id', place, id === undefined ? ['title'] : ['id'], titleOf(written), what);
}

function* judgeChoice(
  { place, written }: Document,
  key: 'level' | 'status',
  known: readonly string[],
): Generator<FindingDraft> {
  const value = written[key];
  if (value === undefined || known.some((each) => each === value)) return;
  const message = `there is no ${key} ${JSON.stringify(value)}`;
  yield draftAt(`detect/bad-${key}`, place, [key], titleOf(written), message, {
    remedy: `Use one of ${known.join(', ')}.`,
  });
}

function* judgeDates({ place, written }: Document): Generator<FindingDraft> {
  for (const key of ['date', 'modified'] as const) {
    const value = written[key];
    if (value !== undefined && !(typeof value === 'string' && DATE.test(value)))
      yield draftAt('detect/bad-date', place, [key], titleOf(written), `${JSON.stringify(value)} is no date`);
  }
  const { date, modified } = written;
  if (modified !== undefined && date === undefined)
    yield draftAt('detect/bad-date', place, ['modified'], titleOf(written), 'was modified, and never written');
  if (typeof date === 'string' && typeof modified === 'string' && modified < date)
    yield draftAt('detect/bad-date', place, ['modified'], titleOf(written), 'was modified before it was written');
}

/** What whoever gets the alert needs. */
const WANTED = ['description', 'falsepositives', 'level'] as const;

function* judgeTexts({ place, written }: Document): Generator<FindingDraft> {
  if ('filter' in written) return;
  const missing = WANTED.filter((key) => written[key] === undefined);
  if (missing.length > 0)
    yield draftAt(
      'detect/missing-metadata',
      place,
      ['title'],
      titleOf(written),
      `says nothing of: ${missing.join(', ')}`,
      { matched: missing.join() },
    );
}

function* judgeDoubles(documents: readonly Document[], key: string, ruleId: string): Generator<FindingDraft> {
  const first = new Map<string, Place>();
  for (const { place, written } of documents) {
    const value = written[key];
    if (typeof value !== 'string') continue;
    const before = first.get(value.toLowerCase());
    if (!before) first.set(value.toLowerCase(), place);
    else {
      const at: Pointer = [key];
      yield draftAt(
        ruleId,
        place,
        at,
        titleOf(written),
        `${before.path} has the same ${key}, ${JSON.stringify(value)}`,
        { matched: value },
      );
    }
  }
}
