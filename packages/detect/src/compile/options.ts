// SPDX-License-Identifier: Apache-2.0
import type { Source } from './source.ts';

/**
 * How a field is stored, where the target must know:
 * `folded`: whole values, compared whatever their case (Elastic: `keyword` with `normalizer: lowercase`);
 * `keyword`: whole values, case counts (where nothing is told); `analysed`: split into words (Elastic `text`);
 * `number`; `ip`; `dynamic`: a path into a property bag (Kusto).
 */
type FieldType = 'folded' | 'keyword' | 'analysed' | 'number' | 'ip' | 'dynamic';

export interface FieldMapping {
  /** As the target knows it. */
  readonly name: string;
  readonly type?: FieldType;
}

export interface CompileOptions {
  /**
   * The target's names by Sigma's. A `*` as key is for all other fields, and a `*` in its name stands for theirs:
   * `{'*': 'winlog.event_data.*', EventID: {name: 'event.code', type: 'keyword'}}`.
   */
  readonly fields?: Readonly<Record<string, string | FieldMapping>>;
  /** Where the events of a logsource are; before, and instead of, those shipped for the same logsource. */
  readonly sources?: readonly Source[];
  /** Searches a rule whose logsource is not known among all events, instead of refusing it. */
  readonly anySource?: boolean;
  /** The index, table, function or stream selector, in the target's language, as it is; a source can name another. */
  readonly from?: string;
  /** The field that has the text of the whole event, in which keywords are sought. Without it, they are refused where the target has no own. */
  readonly message?: string;
  /** That no field holds empty text, so that "empty" can say "missing" where the target knows no other way (KQL, LogQL). */
  readonly emptyIsMissing?: boolean;
  /** SQL, for correlations: when an event was, in milliseconds since 1970; an expression, as it is. */
  readonly time?: string;
  /** SQL, for correlations: what orders events of the same time; an expression that is a whole number, as it is. */
  readonly order?: string;
  /** SQL: one column that has the event as JSON (the default), or a column for each field. */
  readonly storage?: 'json' | 'columns';
  /** SQL: the name of the column that has the JSON; `json` where it is not told, as `read_ndjson_objects` and `JSONAsString` name it. */
  readonly column?: string;
}

/** What a field is called in the target, and how it is stored there. */
export function mappedField(name: string, { fields = {} }: CompileOptions): FieldMapping {
  const own = Object.hasOwn(fields, name) ? fields[name] : undefined;
  const found = own ?? (Object.hasOwn(fields, '*') ? fields['*'] : undefined);
  const mapping = typeof found === 'string' ? { name: found } : (found ?? { name });
  return own === undefined ? { ...mapping, name: mapping.name.replace('*', () => name) } : mapping;
}
