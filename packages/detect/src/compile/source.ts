// SPDX-License-Identifier: Apache-2.0
import type { Logsource } from '../events/event.ts';
import { and, type Expression, or } from '../sigma/expression.ts';
import { tells } from '../events/applies.ts';
import type { SigmaRule } from '../sigma/rule.ts';
import type { CompileOptions } from './options.ts';
import { refuse } from './problem.ts';
import { WINDOWS_SOURCES } from './windows-sources.ts';

/** Values by field: all fields, of each any of its values, whole and whatever their case. */
export type Where = Readonly<Record<string, string | number | readonly (string | number)[]>>;

/** Where the events of one logsource are. */
export interface Source {
  /** The rules it is for tell at least this. */
  readonly logsource: Logsource;
  /** Index, table or stream selector, in the target's language, as it is. */
  readonly from?: string;
  /** What tells them from the other events there; of several, any. */
  readonly where?: Where | readonly Where[];
}

interface Place {
  readonly from?: string;
  readonly where?: Expression;
}

/** Where a rule is to look: the source that tells the most of its logsource. Throws Refusal where there is none. */
export function placeOf({ logsource }: SigmaRule, { sources = [], anySource, from }: CompileOptions): Place {
  const found = mostSpecific(logsource, sources) ?? mostSpecific(logsource, WINDOWS_SOURCES);
  if (!found && anySource !== true) {
    const told = Object.entries(logsource).map(([key, value]) => `${key} ${value}`);
    refuse(
      'logsource',
      `nothing says where the events of ${told.join(', ')} are`,
      ['logsource'],
      'Name their index, table or fields by a source, or search all events by --any-source.',
    );
  }
  const container = found?.from ?? from;
  const where = found?.where === undefined ? undefined : whereExpression(found.where);
  return { ...(container !== undefined && { from: container }), ...(where && { where }) };
}

function mostSpecific(logsource: Logsource, sources: readonly Source[]): Source | undefined {
  let best: Source | undefined;
  for (const source of sources) {
    if (!tells(logsource, source.logsource)) continue;
    if (!best || partsOf(source.logsource) > partsOf(best.logsource)) best = source;
  }
  return best;
}

function partsOf(logsource: Logsource): number {
  return Object.values(logsource).filter((part) => part !== undefined).length;
}

function whereExpression(where: Where | readonly Where[]): Expression {
  const all = Array.isArray(where) ? (where as readonly Where[]) : [where as Where];
  return or(all.map((each) => and(Object.entries(each).map(([field, values]) => anyValue(field, values)))));
}

function anyValue(field: string, values: string | number | readonly (string | number)[]): Expression {
  const all = typeof values === 'object' ? values : [values];
  return or(
    all.map((value) => ({
      kind: 'leaf',
      field,
      test: { is: 'text', text: [String(value)], cased: false },
      at: ['logsource'],
    })),
  );
}
