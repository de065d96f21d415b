// SPDX-License-Identifier: Apache-2.0
import { parseYaml } from '@helios/core/input';
import type { LogEvent } from '../../src/events/event.ts';
import { or } from '../../src/sigma/expression.ts';
import { compileMatcher } from '../../src/sigma/match.ts';
import { type ParseSettings, parseRule } from '../../src/sigma/parse.ts';
import type { SigmaRule } from '../../src/sigma/rule.ts';
import { EventView } from '../../src/sigma/view.ts';

export function eventOf(fields: Readonly<Record<string, unknown>>, more: Partial<LogEvent> = {}): LogEvent {
  return { fields, logsources: [], at: { file: 'test', record: 1 }, ...more };
}

/** A rule whose detection is written as YAML. */
export function ruleDocument(detection: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { title: 'T', logsource: { product: 'windows' }, detection: parseYaml('test', detection)[0], ...more };
}

export function ruleOf(detection: string, settings: ParseSettings = {}): SigmaRule {
  const parsed = parseRule(ruleDocument(detection), settings);
  if ('problem' in parsed) throw new Error(`${parsed.problem.kind}: ${parsed.problem.message}`);
  return parsed.rule;
}

export function problemOf(detection: string): string {
  const parsed = parseRule(ruleDocument(detection));
  if ('rule' in parsed) throw new Error('it is a rule');
  return `${parsed.problem.kind}: ${parsed.problem.message}`;
}

/** Whether a detection matches an event. */
export function matches(
  detection: string,
  fields: Readonly<Record<string, unknown>>,
  more: Partial<LogEvent> = {},
): boolean {
  return compileMatcher(or(ruleOf(detection).expressions))(new EventView(eventOf(fields, more)));
}

/** Whether one item of one selection, `key: value` as YAML, matches. */
export function itemMatches(item: string, fields: Readonly<Record<string, unknown>>): boolean {
  return matches(`{s: {${item}}, condition: s}`, fields);
}
