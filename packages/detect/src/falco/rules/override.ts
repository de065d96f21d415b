// SPDX-License-Identifier: Apache-2.0
import type { ItemKind, IssueLog } from './issue.ts';
import { Item } from './item.ts';

/** What may be appended to and what replaced: https://falco.org/docs/concepts/rules/overriding */
const APPENDABLE: Readonly<Record<ItemKind, readonly string[]>> = {
  rule: ['condition', 'output', 'desc', 'tags', 'exceptions'],
  macro: ['condition'],
  list: ['items'],
};
const REPLACEABLE: Readonly<Record<ItemKind, readonly string[]>> = {
  rule: 'condition output desc priority tags exceptions enabled warn_evttypes skip-if-unknown-filter capture capture_duration'.split(
    ' ',
  ),
  macro: ['condition'],
  list: ['items'],
};

export interface Overrides {
  readonly append: ReadonlySet<string>;
  readonly replace: ReadonlySet<string>;
  /** `append: true`, which is deprecated. */
  readonly appendAll: boolean;
}

/** Reads `override` and `append` of an item. */
export function readOverrides(kind: ItemKind, item: Item, name: string, log: IssueLog): Overrides {
  const appendAll = item.optionalFlag('append') ?? false;
  if (appendAll) {
    const message = "'append' is deprecated; write what is appended under 'override', such as 'condition: append'";
    log.add('LOAD_DEPRECATED_ITEM', item.at('append'), message, { item: { kind, name } });
  }
  const append = new Set<string>();
  const replace = new Set<string>();
  if (item.has('override')) {
    const override = new Item(item.map['override'], item.at('override'), "the value of 'override'");
    for (const key of Object.keys(override.map)) {
      const operation = override.text(key);
      const place = override.at(key);
      if (operation !== 'append' && operation !== 'replace') {
        item.refuse(`'${operation}' is no override of '${key}'; there are append and replace`, place);
      }
      const allowed = (operation === 'append' ? APPENDABLE : REPLACEABLE)[kind];
      if (!allowed.includes(key)) item.refuse(refusal(kind, key, operation), place);
      if (!item.has(key)) item.refuse(`'${key}' is to be overridden (${operation}) and is not defined`, place);
      (operation === 'append' ? append : replace).add(key);
    }
  }
  if (append.size + replace.size > 0) checkRest(kind, item, appendAll, append, replace);
  return { append, replace, appendAll };
}

function refusal(kind: ItemKind, key: string, operation: 'append' | 'replace'): string {
  if (operation === 'replace') return `'${key}' cannot be replaced`;
  const instead = REPLACEABLE[kind].includes(key) ? "; use 'replace' instead" : '';
  return `'${key}' cannot be appended to${instead}`;
}

function checkRest(
  kind: ItemKind,
  item: Item,
  appendAll: boolean,
  append: ReadonlySet<string>,
  replace: ReadonlySet<string>,
): void {
  if (appendAll) item.refuse("'override' and 'append: true' cannot be used together", item.at('append'));
  for (const key of new Set([...APPENDABLE[kind], ...REPLACEABLE[kind]])) {
    if (item.has(key) && !append.has(key) && !replace.has(key)) {
      item.refuse(`'${key}' is defined and has no entry under 'override'`, item.at(key));
    }
  }
}
