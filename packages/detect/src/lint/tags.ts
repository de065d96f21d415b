// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import type { Ruleset } from '../ruleset.ts';
import { D3FEND_VERSION, isInD3fend } from './d3fend.ts';
import { documentsOf } from './document.ts';
import { draftAt } from './draft.ts';
import { titleOf } from './metadata.ts';

/**
 * What a tag of each namespace looks like (Sigma specification 2.1.0, appendix tags; atlas is MITRE ATLAS). Whether an
 * ATT&CK or ATLAS id exists is told by sec-attack-mapper, which has the catalogs.
 */
const FORMS: Readonly<Record<string, { readonly form: RegExp; readonly like: string }>> = {
  attack: { form: /^[a-z0-9.-]+$/, like: 'attack.t1059.001 or attack.execution' },
  atlas: { form: /^aml\.[a-z0-9.]+$/, like: 'atlas.aml.t0051.001' },
  car: { form: /^\d{4}-\d{2}-\d{3}$/, like: 'car.2016-04-005' },
  cve: { form: /^\d{4}[-.]\d{4,7}$/, like: 'cve.2021-44228' },
  d3fend: { form: /^(?:d3-[a-z0-9]+|d3f-[a-z0-9-]+|[a-z]+)$/, like: 'd3fend.d3-psa' },
  detection: { form: /^(?:dfir|emerging-threats|threat-hunting)$/, like: 'detection.threat-hunting' },
  stp: { form: /^[1-5][auk]?$/, like: 'stp.3k' },
  tlp: { form: /^(?:red|amber|amber-strict|green|clear|white)$/, like: 'tlp.amber' },
};

/** Tags by which nobody finds the rule. */
export function* judgeTags(set: Ruleset): Generator<FindingDraft> {
  for (const { place, written } of documentsOf(set)) {
    const tags = written['tags'];
    if (!Array.isArray(tags)) continue;
    for (const [index, tag] of tags.entries()) {
      const problem = problemOf(tag);
      if (problem)
        yield draftAt(problem.ruleId, place, ['tags', index], titleOf(written), problem.message, {
          matched: String(tag),
          remedy: problem.remedy,
        });
    }
  }
}

function problemOf(tag: unknown): { ruleId: string; message: string; remedy: string } | undefined {
  const [, namespace = '', name = ''] = (typeof tag === 'string' && /^([a-z0-9_-]+)\.([a-z0-9._-]+)$/.exec(tag)) || [];
  const known = Object.hasOwn(FORMS, namespace) ? FORMS[namespace] : undefined;
  const shown = JSON.stringify(tag);
  if (namespace === '')
    return {
      ruleId: 'detect/malformed-tag',
      message: `${shown} is no tag`,
      remedy: 'Write namespace, dot and name in lower case, without spaces: attack.t1059.001.',
    };
  if (!known)
    return {
      ruleId: 'detect/unknown-tag-namespace',
      message: `${shown} is of a namespace that no tool knows`,
      remedy: `Use one of ${Object.keys(FORMS).join(', ')}, or put it under a key of your own.`,
    };
  if (namespace === 'd3fend' && known.form.test(name) && !isInD3fend(name))
    return {
      ruleId: 'detect/unknown-tag',
      message: `${shown} is no technique or tactic of D3FEND ${D3FEND_VERSION}`,
      remedy: 'Look it up at d3fend.mitre.org; a newer technique may be right.',
    };
  if (known.form.test(name)) return undefined;
  return {
    ruleId: 'detect/malformed-tag',
    message: `${shown} is no tag of ${namespace}`,
    remedy: `It looks like ${known.like}.`,
  };
}
