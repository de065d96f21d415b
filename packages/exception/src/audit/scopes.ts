// SPDX-License-Identifier: Apache-2.0
import { type FindingDraft, keysOfScope, subjectOf } from '@helios/core/finding';
import { draftOn, type Entry } from '../register/register.ts';

/** One id, one entry; one thing, one exception, in whatever files and by whatever name. */
export function judgeDuplicates(entries: readonly Entry[]): FindingDraft[] {
  const ids = new Map<string, Entry>();
  const scopes = new Map<string, Entry>();
  return entries.flatMap((entry) => {
    const { id, state, scope, aliases } = entry.exception;
    const sameId = claim(ids, [id], entry);
    const drafts = sameId ? [draftOn(entry, 'duplicate-id', 'id', `has the id of an entry in ${sameId.path}`)] : [];
    if (state !== 'approved') return drafts;
    const keys = keysOfScope(scope, aliases);
    const twin = keys.map((key) => scopes.get(key)).find((other) => other && !isExtension(entry, other));
    claim(scopes, keys, entry);
    if (!twin) return drafts;
    const message = `is about what ${twin.exception.id} in ${twin.path} excepts already: ${subjectOf(scope)}`;
    return [...drafts, draftOn(entry, 'duplicate-scope', 'scope', message)];
  });
}

function isExtension({ exception: a }: Entry, { exception: b }: Entry): boolean {
  return a.previous === b.id || b.previous === a.id;
}

/** Whoever has one of the keys already; else they are taken. */
function claim(taken: Map<string, Entry>, keys: readonly string[], entry: Entry): Entry | undefined {
  const before = keys.map((key) => taken.get(key)).find((holder) => holder !== undefined);
  for (const key of keys) if (!taken.has(key)) taken.set(key, entry);
  return before;
}
