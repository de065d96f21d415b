// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LogEvent } from '../../src/events/event.ts';
import { type FalcoRule, type Loaded, loadRuleset, type LoadOptions, parseRulesFile } from '../../src/falco/index.ts';

export const ROOT = dirname(dirname(dirname(dirname(import.meta.dirname))));
/** Public data beside the repository; tests that need it are skipped, visibly, where it is not. */
export const SHARED = join(dirname(ROOT), 'shared', 'data', 'falco');
export const NO_SHARED = existsSync(SHARED) ? '' : ' (skipped: ../shared/data/falco is not here)';

export function eventOf(fields: Readonly<Record<string, unknown>>, time?: number): LogEvent {
  return { fields, logsources: [], at: { file: 'event.json', record: 1 }, ...(time !== undefined && { time }) };
}

/** Loads texts as files `a.yaml`, `b.yaml` and so on, in this order. */
export async function load(texts: string | readonly string[], options?: LoadOptions): Promise<Loaded> {
  const all = typeof texts === 'string' ? [texts] : texts;
  const files = await Promise.all(all.map((text, i) => parseRulesFile(`${'abcdef'[i]}.yaml`, text)));
  return loadRuleset(files, options);
}

/** `CODE item: message`, without what every test rule has. */
export function issuesOf({ issues }: Loaded, ...leaveOut: readonly string[]): readonly string[] {
  return issues
    .filter(({ code }) => !leaveOut.includes(code))
    .map(({ code, item, message }) => `${code} ${item ? `${item.name}: ` : ''}${message}`);
}

/** A rules file with one rule of this condition, `r`; `before` is put before it. */
export function ruleText(condition: string, source = 'syscall', rest = ''): string {
  return `- rule: r
  desc: d
  condition: ${JSON.stringify(condition)}
  output: "o"
  priority: NOTICE
  warn_evttypes: false
  source: ${source}
${rest}`;
}

export async function ruleOf(condition: string, source?: string, before = ''): Promise<FalcoRule> {
  const loaded = await load(before + ruleText(condition, source));
  const [rule] = loaded.ruleset.rules;
  if (!rule) throw new Error(`no rule: ${issuesOf(loaded).join('; ')}`);
  return rule;
}

export async function holds(
  condition: string,
  fields: Readonly<Record<string, unknown>>,
  before = '',
): Promise<boolean> {
  return (await ruleOf(condition, 'syscall', before)).condition.holds(fields);
}

/** What refuses a condition: code, offset and what was expected. */
export async function refusal(condition: string, source?: string) {
  const { issues } = await load(ruleText(condition, source));
  const issue = issues.find(({ level }) => level === 'error');
  return issue && { code: issue.code, offset: issue.offset, message: issue.message, expected: issue.expected };
}
