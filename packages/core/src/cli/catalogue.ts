// SPDX-License-Identifier: Apache-2.0
import { nearestOf } from '../config/index.ts';
import { fail } from '../error.ts';
import { CORE_RULES } from '../finding/input-rules.ts';
import type { Rule } from '../finding/rule.ts';
import type { AnyGate } from '../gate/gate.ts';

/** The rules of gates and of the core, as a list for people, JSON, or the table that READMEs hold. */
export function listRules(gates: readonly AnyGate[], format: string): string {
  const rules = rulesOfAll(gates);
  switch (format) {
    case 'text': {
      const width = Math.max(...rules.map((rule) => rule.id.length));
      return rules.map((rule) => `${rule.id.padEnd(width)}  ${rule.level.padEnd(7)}  ${rule.title}\n`).join('');
    }
    case 'json':
      return `${JSON.stringify(rules, null, 2)}\n`;
    case 'markdown':
      return ruleTable(rules);
    default:
      return fail('usage', `unknown format "${format}"`, { hint: 'Known formats: text, json, markdown.' });
  }
}

function ruleTable(rules: readonly Rule[]): string {
  const rows = rules.map((rule) => `| \`${rule.id}\` | ${rule.level} | ${rule.title} | ${rule.fix} |\n`);
  return `| Rule | Level | Defect | What to do |\n| --- | --- | --- | --- |\n${rows.join('')}`;
}

export function explainRule(gates: readonly AnyGate[], id: string): string {
  const rules = rulesOfAll(gates);
  const rule = rules.find((candidate) => candidate.id === id);
  if (!rule) {
    const nearest = nearestOf(
      id,
      rules.map((candidate) => candidate.id),
    );
    return fail('usage', `unknown rule "${id}"`, {
      hint: nearest ? `Did you mean "${nearest}"?` : 'The command `rules` lists them.',
    });
  }
  const { bad, good } = rule.example ?? {};
  const indent = (text: string): string => text.trimEnd().replaceAll(/^(?=.)/gm, '    ');
  const examples =
    bad === undefined || good === undefined ? '' : `\nBreaks it:\n${indent(bad)}\n\nKeeps it:\n${indent(good)}\n`;
  return `${rule.id} (${rule.level})\n${rule.title}.\n\nWhy: ${rule.why}\nFix: ${rule.fix}\n${examples}`;
}

function rulesOfAll(gates: readonly AnyGate[]): Rule[] {
  return [...gates.flatMap((gate) => gate.rules), ...CORE_RULES];
}
