// SPDX-License-Identifier: Apache-2.0
import { or } from './expression.ts';
import type { SigmaRule } from './rule.ts';
import { type Witness, witnessesOf } from './witness.ts';

/** What is needed of a rule to tell the events that may meet it. JSON. */
export interface Outline extends Pick<SigmaRule, 'id' | 'name' | 'title' | 'level' | 'status' | 'logsource'> {
  /** Null where none can be named. */
  readonly witnesses: readonly Witness[] | null;
}

export function outlineOf({ id, name, title, level, status, logsource, expressions }: SigmaRule): Outline {
  return {
    id,
    title,
    ...(name !== undefined && { name }),
    ...(level !== undefined && { level }),
    ...(status !== undefined && { status }),
    logsource,
    witnesses: witnessesOf(or(expressions)) ?? null,
  };
}

/** By the rule itself: whatever changes what a rule asks makes another object of it. */
const outlined = new WeakMap<SigmaRule, Outline['witnesses']>();

/** A rule that is read whole when something is asked that its outline does not say. */
export function fromOutline({ witnesses, ...told }: Outline, read: () => SigmaRule): SigmaRule {
  let known: SigmaRule | undefined;
  const whole = (): SigmaRule => (known ??= read());
  const rule: SigmaRule = {
    ...told,
    get expressions() {
      return whole().expressions;
    },
    get selections() {
      return whole().selections;
    },
    get unused() {
      return whole().unused;
    },
    get conditions() {
      return whole().conditions;
    },
  };
  outlined.set(rule, witnesses);
  return rule;
}

/** Witnesses of which at least one is in every event that meets the rule; undefined where none can be named. */
export function witnessesOfRule(rule: SigmaRule): readonly Witness[] | undefined {
  const known = outlined.get(rule);
  return known === undefined ? witnessesOf(or(rule.expressions)) : (known ?? undefined);
}
