// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path/posix';
import type { FindingDraft, Pointer } from '@helios/core/finding';
import type { Ruleset } from '../ruleset.ts';
import { type Document, documentsOf } from './document.ts';
import { draftAt } from './draft.ts';
import { filePrefixOf } from './file-prefixes.ts';
import { itemsOf } from './item.ts';
import { titleOf } from './metadata.ts';

interface Breach {
  readonly ruleId: string;
  readonly at: Pointer;
  readonly message: string;
}

/** What SigmaHQ asks of rules beyond the specification (github.com/SigmaHQ/sigma-specification, sigmahq/). */
export function* judgeConventions(set: Ruleset): Generator<FindingDraft> {
  const files = new Map<string, string>();
  for (const { place, written } of documentsOf(set)) {
    const title = titleOf(written);
    for (const { ruleId, at, message } of breachesOf({ place, written }))
      yield draftAt(ruleId, place, at, title, message, { matched: message });
    const name = basename(place.path);
    const before = files.get(name);
    if (before === undefined) files.set(name, place.path);
    else if (before !== place.path)
      yield draftAt('detect/file-name-form', place, ['title'], title, `${before} has the same file name`, {
        matched: name,
      });
  }
  yield* judgeRules(set);
}

function* judgeRules({ rules, correlations }: Ruleset): Generator<FindingDraft> {
  // A file with a correlation holds rules for several log sources.
  const mixed = new Set(correlations.map(({ place }) => place.path));
  for (const { rule, place, written } of rules) {
    const name = basename(place.path);
    const prefix = mixed.has(place.path) ? undefined : filePrefixOf(rule.logsource);
    if (prefix !== undefined && !name.startsWith(prefix))
      yield draftAt('detect/file-name-prefix', place, ['logsource'], rule.title, `the file is called ${name}`, {
        matched: name,
        remedy: `Let its name begin with ${prefix}`,
      });
    for (const { field, at } of itemsOf(written['detection'])) {
      if (/\S\s+\S/.test(field))
        yield draftAt('detect/field-name-form', place, at, rule.title, `a space stands in "${field}"`, {
          matched: field,
        });
    }
  }
}

function* breachesOf({ place, written }: Document): Generator<Breach> {
  const name = basename(place.path);
  if (!/^[a-z0-9_]{10,90}\.yml$/.test(name))
    yield { ruleId: 'detect/file-name-form', at: ['title'], message: `the file is called ${name}` };
  yield* titleBreaches(written['title']);
  yield* descriptionBreaches(written['description']);
  yield* referenceBreaches(written['references']);
  yield* falsePositiveBreaches(written['falsepositives']);
  const missing = ['status', 'author', 'date', 'references', 'tags'].filter((key) => written[key] === undefined);
  if (missing.length > 0)
    yield { ruleId: 'detect/missing-origin', at: ['title'], message: `says nothing of: ${missing.join(', ')}` };
}

const LONGEST_TITLE = 120;
/** Small words keep their small letters between others. */
const SMALL = /^(?:a|an|and|as|at|but|by|for|from|in|into|of|on|or|over|the|to|under|via|with|without|within|vs)$/;

function* titleBreaches(title: unknown): Generator<Breach> {
  if (typeof title !== 'string') return;
  const at = ['title'];
  const ruleId = 'detect/title-form';
  if (title.length > LONGEST_TITLE) yield { ruleId, at, message: `the title has ${title.length} characters` };
  if (title.endsWith('.')) yield { ruleId, at, message: 'the title ends with a full stop' };
  if (/^detect(?:s|ion of)?\b/i.test(title)) yield { ruleId, at, message: 'the title says that it detects' };
  // Names keep their own spelling: what has a dot, a digit, a slash or another capital is one.
  const small = title.split(' ').find((word, index) => /^[a-z]+$/.test(word) && (index === 0 || !SMALL.test(word)));
  if (small !== undefined) yield { ruleId, at, message: `"${small}" has no capital` };
}

function* descriptionBreaches(description: unknown): Generator<Breach> {
  if (typeof description !== 'string') return;
  const at = ['description'];
  const ruleId = 'detect/description-form';
  if (description.length < 16) yield { ruleId, at, message: `the description has ${description.length} characters` };
  if (/https?:\/\//.test(description)) yield { ruleId, at, message: 'a link stands in the description' };
}

function* referenceBreaches(references: unknown): Generator<Breach> {
  for (const [index, reference] of (Array.isArray(references) ? references : []).entries()) {
    const at = ['references', index];
    const ruleId = 'detect/reference-form';
    if (reference === 'Internal Research') continue;
    if (typeof reference !== 'string' || !/^https?:\/\/\S+$/.test(reference))
      yield { ruleId, at, message: `${JSON.stringify(reference)} is no link` };
    else if (/^https:\/\/github\.com\/[^/]+\/[^/]+\/blob\/(?:main|master)\//.test(reference))
      yield { ruleId, at, message: 'what the link shows changes: it names a branch' };
  }
}

function* falsePositiveBreaches(entries: unknown): Generator<Breach> {
  for (const [index, entry] of (Array.isArray(entries) ? entries : []).entries()) {
    const at = ['falsepositives', index];
    const ruleId = 'detect/false-positive-form';
    if (typeof entry !== 'string') continue;
    if (/^(?:none|n\/a|no)\.?$/i.test(entry))
      yield { ruleId, at, message: `nobody knows that there are none: "${entry}"` };
    else if (/\bpen(?:etration)?[- ]?test/i.test(entry))
      yield { ruleId, at, message: 'a test of intrusion is no false positive' };
    else if (/^[a-z]+\b(?![.(])/.test(entry)) yield { ruleId, at, message: `"${entry}" has no capital` };
  }
}
