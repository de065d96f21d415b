// SPDX-License-Identifier: Apache-2.0
import type { Anchor } from '@helios/core/finding';

/**
 * Falco's own names (userspace/engine/falco_load_result) with their meaning. Names that Falco once warned of and now
 * refuses (an exception or a macro or a list named wrongly) are errors here too, under the name that says more.
 */
export const LOAD_CODES = {
  LOAD_ERR_FILE_READ: { level: 'error', title: 'File read error' },
  LOAD_ERR_YAML_PARSE: { level: 'error', title: 'YAML parse error' },
  LOAD_ERR_YAML_VALIDATE: { level: 'error', title: 'Error validating internal structure of YAML file' },
  LOAD_ERR_COMPILE_CONDITION: { level: 'error', title: 'Error compiling condition' },
  LOAD_ERR_COMPILE_OUTPUT: { level: 'error', title: 'Error compiling output' },
  LOAD_ERR_VALIDATE: { level: 'error', title: 'Error validating rule/macro/list/exception objects' },
  LOAD_ERR_EXTENSION: { level: 'error', title: 'Error in extension item' },
  LOAD_UNKNOWN_SOURCE: { level: 'warning', title: 'Unknown event source' },
  LOAD_UNSAFE_NA_CHECK: { level: 'warning', title: 'Unsafe <NA> comparison in condition' },
  LOAD_NO_EVTTYPE: { level: 'warning', title: 'Condition has no event-type restriction' },
  LOAD_UNKNOWN_FILTER: { level: 'warning', title: 'Unknown field or event-type in condition or output' },
  LOAD_UNUSED_MACRO: { level: 'warning', title: 'Unused macro' },
  LOAD_UNUSED_LIST: { level: 'warning', title: 'Unused list' },
  LOAD_UNKNOWN_ITEM: { level: 'warning', title: 'Unknown rules file item' },
  LOAD_DEPRECATED_ITEM: { level: 'warning', title: 'Used deprecated item' },
  LOAD_WARNING_EXTENSION: { level: 'warning', title: 'Warning in extension item' },
  LOAD_APPEND_NO_VALUES: { level: 'warning', title: 'Overriding/appending with no values' },
  LOAD_EXCEPTION_NAME_NOT_UNIQUE: { level: 'error', title: 'Multiple exceptions defined with the same name' },
  LOAD_INVALID_MACRO_NAME: { level: 'error', title: 'Invalid macro name' },
  LOAD_INVALID_LIST_NAME: { level: 'error', title: 'Invalid list name' },
  LOAD_COMPILE_CONDITION: { level: 'warning', title: 'Warning in rule condition' },
  LOAD_UNKNOWN_KEY: { level: 'warning', title: 'Unknown key in item definition' },
} as const satisfies Readonly<Record<string, { readonly level: 'error' | 'warning'; readonly title: string }>>;

export type LoadCode = keyof typeof LOAD_CODES;

/** Where something stands: core finds line and column. */
export interface Place {
  readonly path: string;
  readonly at: Anchor;
}

export interface LoadIssue {
  readonly code: LoadCode;
  readonly level: 'error' | 'warning';
  readonly path: string;
  readonly at?: Anchor;
  /** 1-based, of YAML that cannot be parsed. */
  readonly line?: number;
  readonly column?: number;
  /** The rule, macro or list it is about. */
  readonly item?: { readonly kind: ItemKind; readonly name: string };
  readonly message: string;
  /** UTF-16 code units into the condition that `at` points at. */
  readonly offset?: number;
  /** What would have been right at that offset. */
  readonly expected?: string;
}

export type ItemKind = 'rule' | 'macro' | 'list';

export class IssueLog {
  readonly #issues: LoadIssue[] = [];
  readonly #seen = new Set<string>();

  get issues(): readonly LoadIssue[] {
    return this.#issues;
  }

  /** What several rules have in common, through a macro, is said once. */
  add(
    code: LoadCode,
    place: Place,
    message: string,
    detail: Pick<LoadIssue, 'item' | 'offset' | 'expected'> = {},
  ): void {
    const key = JSON.stringify([code, place.path, place.at.document, place.at.pointer, detail.offset, message]);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#issues.push({ code, level: LOAD_CODES[code].level, path: place.path, at: place.at, ...detail, message });
  }
}

/** A place within another one. */
export function within({ path, at }: Place, ...steps: readonly (string | number)[]): Place {
  return { path, at: { ...at, pointer: [...at.pointer, ...steps] } };
}
