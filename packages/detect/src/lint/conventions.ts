// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path/posix';
import type { FindingDraft } from '@helios/core/finding';
import type { Ruleset } from '../ruleset.ts';
import { type Document, documentsOf } from './document.ts';
import { draftAt } from './draft.ts';
import { filePrefixOf } from './file-prefixes.ts';
import { type Breach, headBreaches } from './conventions-head.ts';
import { itemsOf } from './item.ts';
import { knownFieldsOf } from './known-fields.ts';
import { unknownPartOf } from './logsource.ts';
import { titleOf } from './metadata.ts';
import { slipOf } from './slip.ts';

/** What SigmaHQ asks of rules beyond the specification (github.com/SigmaHQ/sigma-specification, sigmahq/). */
export function* judgeConventions(set: Ruleset, asOf: Date): Generator<FindingDraft> {
  const files = new Map<string, string>();
  for (const { place, written } of documentsOf(set)) {
    const title = titleOf(written);
    for (const { ruleId, at, message } of breachesOf({ place, written }, asOf))
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
    const unknown = unknownPartOf(rule.logsource);
    if (unknown !== undefined)
      yield draftAt(
        'detect/unknown-logsource',
        place,
        ['logsource', unknown],
        rule.title,
        `no rule of SigmaHQ is for the ${unknown} "${rule.logsource[unknown]}"`,
        { matched: unknown },
      );
    const fields = knownFieldsOf(rule.logsource);
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
      else if (fields && field !== '' && !fields.has(field))
        yield draftAt(
          'detect/unknown-field',
          place,
          at,
          rule.title,
          `the taxonomy has no field "${field}" for its category`,
          { matched: field },
        );
    }
  }
}

function* breachesOf({ place, written }: Document, asOf: Date): Generator<Breach> {
  const name = basename(place.path);
  if (!name.includes('_') || !/^[a-z0-9_]{10,90}\.yml$/.test(name))
    yield { ruleId: 'detect/file-name-form', at: ['title'], message: `the file is called ${name}` };
  if ('correlation' in written && !name.startsWith('correlation_'))
    yield { ruleId: 'detect/file-name-prefix', at: ['correlation'], message: `the file is called ${name}` };
  yield* headBreaches({ place, written }, asOf);
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
const SMALL =
  /^(?:a|an|and|as|at|but|by|for|from|in|into|new|of|on|or|over|the|through|to|under|via|with|without|within|vs)$/;

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
  else if (/internal research/i.test(description))
    yield { ruleId, at, message: 'where it comes from stands in the description' };
}

function* referenceBreaches(references: unknown): Generator<Breach> {
  for (const [index, reference] of (Array.isArray(references) ? references : []).entries()) {
    const at = ['references', index];
    const ruleId = 'detect/reference-form';
    if (reference === 'Internal Research') continue;
    if (typeof reference !== 'string' || !/^https?:\/\/\S+$/.test(reference))
      yield { ruleId, at, message: `${JSON.stringify(reference)} is no link` };
    else if (/^https:\/\/github\.com\/[^/]+\/[^/]+\/(?:blob|tree|raw)\/(?![0-9a-f]{40}(?:\/|$))/.test(reference))
      yield { ruleId, at, message: 'what the link shows can change: it names a branch or a tag' };
    else if (reference.startsWith('https://attack.mitre.org/'))
      yield { ruleId, at, message: 'a page of ATT&CK is told by a tag' };
  }
}

/** Of which most false positives are made. */
const COMMON_WORDS = ['unknown', 'unlikely', 'legitimate', 'administrator', 'administrators'];

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
    const slip = entry.split(/[^\w]+/).find((word) => slipOf(word.toLowerCase(), COMMON_WORDS) !== undefined);
    if (slip !== undefined && !COMMON_WORDS.includes(slip.toLowerCase()))
      yield { ruleId, at, message: `a slip: "${slip}"` };
  }
}
