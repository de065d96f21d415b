// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft, Pointer } from '@helios/core/finding';
import type { Ruleset } from '../ruleset.ts';
import { draftAt } from './draft.ts';
import { type Item, itemsOf } from './item.ts';

/** Values of Windows fields whose form is known: digests, and names that Windows translates. */
export function* judgeKnownValues({ rules }: Ruleset): Generator<FindingDraft> {
  for (const { rule, place, written } of rules) {
    if (rule.logsource.product !== 'windows') continue;
    for (const item of itemsOf(written['detection'])) {
      for (const { ruleId, at, message, matched, remedy } of [...hashesIn(item), ...accountsIn(item)])
        yield draftAt(ruleId, place, at, rule.title, message, { matched, remedy });
    }
  }
}

interface ValueProblem {
  readonly ruleId: string;
  readonly at: Pointer;
  readonly message: string;
  readonly matched: string;
  readonly remedy: string;
}

/** Hexadecimal digits of each digest that Sysmon writes (Sysinternals' documentation, HashAlgorithms). */
const DIGITS: Readonly<Record<string, number>> = { MD5: 32, SHA1: 40, SHA256: 64, IMPHASH: 32 };
const PLAIN = new Set(['contains', 'startswith', 'endswith', 'all', 'cased']);

/** Sysmon writes all digests of a file into one field: `SHA1=…,MD5=…,SHA256=…,IMPHASH=…`. */
function* hashesIn({ field, modifiers, values }: Item): Generator<ValueProblem> {
  if (!/^Hash(?:es)?$/.test(field) || modifiers.some((modifier) => !PLAIN.has(modifier))) return;
  for (const { value, at } of values) {
    if (typeof value !== 'string') continue;
    const message = value.split(',').map(problemOfHash).find(Boolean);
    if (message === undefined) continue;
    const remedy = 'Write the kind, = and the whole digest: SHA256=…';
    yield { ruleId: 'detect/malformed-hash', at, message, matched: value, remedy };
  }
}

function problemOfHash(text: string): string | undefined {
  const [, kind, digest = ''] = /^\*?(?:(\w+)=)?(.*)$/s.exec(text) ?? [];
  // A kind alone asks whether there is one; what has a wildcard may be a part.
  if (digest === '' || /[*?]/.test(digest)) return undefined;
  if (kind === undefined)
    return /^[0-9a-f]*$/i.test(digest) ? `no kind of digest before ${text}` : `${text} is no digest`;
  const digits = DIGITS[kind.toUpperCase()];
  if (digits === undefined) return `Sysmon has no digest of the kind ${kind}`;
  if (!/^[0-9a-f]*$/i.test(digest)) return `${digest} is not hexadecimal`;
  return digest.length === digits ? undefined : `${kind} has ${digits} digits, and this one ${digest.length}`;
}

/** NT AUTHORITY is AUTORITE NT, NT-AUTORITÄT or AUTORIDADE NT elsewhere. */
function* accountsIn({ field, modifiers, values }: Item): Generator<ValueProblem> {
  if (!/user|account/i.test(field) || modifiers.includes('re')) return;
  const named = (part: RegExp): Item['values'][number] | undefined =>
    values.find(({ value }) => typeof value === 'string' && part.test(value));
  const [english, other] = [named(/AUTHORI/i), named(/AUTORI/i)];
  const only = english ?? other;
  if (!only || (english && other)) return;
  yield {
    ruleId: 'detect/localised-account',
    at: only.at,
    message: `${field} is "${String(only.value)}" only where Windows speaks ${english ? 'English' : 'that language'}`,
    matched: String(only.value),
    remedy: `Write ${field}|contains with both AUTHORI and AUTORI, or ask for the SID.`,
  };
}
