// SPDX-License-Identifier: Apache-2.0
import { type FindingDraft, keysOfScope, subjectOf } from '@helios/core/finding';
import { chainOf } from '../lifecycle/limits.ts';
import { byId, draftOn, type Entry } from '../register/register.ts';

/** The rules that exceptions are held to have none: an entry could grant itself what it may not have. */
export function judgeScope(entry: Entry): FindingDraft[] {
  const { rule } = entry.exception.scope;
  if (!rule?.startsWith('exception/')) return [];
  return [draftOn(entry, 'excepts-itself', 'scope.rule', `is an exception from ${rule}, which is about exceptions`)];
}

/** One id, one entry; one thing, one exception, in whatever files and by whatever name. */
export function judgeDuplicates(entries: readonly Entry[]): FindingDraft[] {
  const register = byId(entries);
  const ids = new Map<string, Entry>();
  const holders = new Map<string, Entry[]>();
  return entries.flatMap((entry) => {
    const { id, state, scope, aliases } = entry.exception;
    const sameId = ids.get(id);
    if (!sameId) ids.set(id, entry);
    const drafts = sameId ? [draftOn(entry, 'duplicate-id', 'id', `has the id of an entry in ${sameId.path}`)] : [];
    // What is closed is memory, and a draft grants nothing yet.
    if (state !== 'approved') return drafts;
    const chain = chainOf(entry.exception, register);
    const isLinked = (other: Entry): boolean =>
      chain.includes(other.exception) || chainOf(other.exception, register).includes(entry.exception);
    const keys = keysOfScope(scope, aliases);
    const twin = keys.flatMap((key) => holders.get(key) ?? []).find((other) => !isLinked(other));
    for (const key of keys) holders.set(key, [...(holders.get(key) ?? []), entry]);
    if (!twin) return drafts;
    const message = `is about what ${twin.exception.id} in ${twin.path} excepts already: ${subjectOf(scope)}`;
    return [...drafts, draftOn(entry, 'duplicate-scope', 'scope', message)];
  });
}
