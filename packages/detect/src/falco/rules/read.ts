// SPDX-License-Identifier: Apache-2.0
import type { Collection } from './collection.ts';
import { composed, PRIORITIES, type Priority, type RuleContent } from './entry.ts';
import { readExceptions } from './exception.ts';
import type { IssueLog, ItemKind, Place } from './issue.ts';
import { checkKeys, Item, ItemError } from './item.ts';
import { type Overrides, readOverrides } from './override.ts';
import { readEngineVersion, readPlugins } from './version.ts';

/** Says of a top-level item that is none of Falco's own whether it may be there; undefined: it knows none such. */
export type Extension = (
  item: Readonly<Record<string, unknown>>,
) => { readonly level: 'ok' | 'warning' | 'error'; readonly message: string } | undefined;

export interface Reading {
  readonly collection: Collection;
  readonly log: IssueLog;
  readonly engineVersion: string;
  readonly extension: Extension | undefined;
}

/** Reads one item of a rules file. What is wrong with it is logged, and the item left out. */
export function readItem(value: unknown, place: Place, reading: Reading): void {
  let item: Item | undefined;
  try {
    item = new Item(value, place, 'an element of a rules file');
    if (item.has('required_engine_version')) readEngineVersion(item, reading);
    else if (item.has('required_plugin_versions')) readPlugins(item, reading);
    else if (item.has('list')) readList(item, reading);
    else if (item.has('macro')) readMacro(item, reading);
    else if (item.has('rule')) readRule(item, reading);
    else readUnknown(item, reading);
  } catch (thrown) {
    if (!(thrown instanceof ItemError)) throw thrown;
    const named = item && (['rule', 'macro', 'list'] as const).find((kind) => typeof item?.map[kind] === 'string');
    const detail = item && named ? { item: { kind: named, name: String(item.map[named]) } } : {};
    reading.log.add(thrown.code, thrown.place, thrown.message, detail);
  }
}

function readUnknown(item: Item, { log, extension }: Reading): void {
  const verdict = extension?.(item.map);
  if (verdict?.level === 'error') log.add('LOAD_ERR_EXTENSION', item.place, verdict.message);
  else if (verdict?.level === 'warning') log.add('LOAD_WARNING_EXTENSION', item.place, verdict.message);
  else if (!verdict) {
    log.add(
      'LOAD_UNKNOWN_ITEM',
      item.place,
      `unknown top level item (${Object.keys(item.map).join(', ') || 'empty'}), ignored`,
    );
  }
}

function nameOf(kind: ItemKind, item: Item, log: IssueLog): string {
  const name = item.text(kind);
  if (kind === 'macro' && !/^[a-zA-Z][a-zA-Z0-9_]*$/.test(name)) {
    item.refuse(
      `a macro cannot be named '${name}': letters, digits and _, a letter first`,
      item.at(kind),
      'LOAD_INVALID_MACRO_NAME',
    );
  }
  if (kind === 'list' && !/^[^()"'\s=,]+$/.test(name)) {
    item.refuse(
      `a list cannot be named '${name}': no blanks and none of ()"'=,`,
      item.at(kind),
      'LOAD_INVALID_LIST_NAME',
    );
  }
  checkKeys(kind, item, name, log);
  return name;
}

function readList(item: Item, { collection, log }: Reading): void {
  const name = nameOf('list', item, log);
  const items = item.texts('items');
  const { append, appendAll } = readOverrides('list', item, name, log);
  if (appendAll || append.size > 0) collection.appendToList(name, items, item.place);
  else collection.defineList(name, items, item.place);
}

function readMacro(item: Item, { collection, log }: Reading): void {
  const name = nameOf('macro', item, log);
  const condition = composed(item.text('condition'), item.at('condition'));
  const { append, appendAll } = readOverrides('macro', item, name, log);
  if (appendAll || append.size > 0) collection.appendToMacro(name, condition, item.place);
  else collection.defineMacro(name, condition, item.place);
}

function readRule(item: Item, reading: Reading): void {
  const { collection, log } = reading;
  const name = nameOf('rule', item, log);
  const overrides = readOverrides('rule', item, name, log);
  if (overrides.append.size + overrides.replace.size > 0) return overrideRule(item, name, overrides, reading);
  if (overrides.appendAll) {
    const keys = new Set(['condition', 'exceptions'].filter((key) => item.has(key)));
    return collection.appendToRule(name, contentOf(item, keys, true, log), item.place);
  }
  if (!['condition', 'output', 'desc', 'priority'].some((key) => item.has(key))) {
    if (!item.has('enabled'))
      item.refuse("a rule has condition, output, desc and priority, or 'enabled' alone", item.place);
    const enabled = item.optionalFlag('enabled') ?? true;
    log.add(
      'LOAD_DEPRECATED_ITEM',
      item.at('enabled'),
      "'enabled' alone is deprecated; add 'enabled: replace' under 'override'",
      {
        item: { kind: 'rule', name },
      },
    );
    return collection.enableRule(name, enabled, item.place);
  }
  const required = {
    condition: composed(item.text('condition'), item.at('condition')),
    output: composed(item.text('output').trim(), item.at('output')),
    desc: item.text('desc'),
    priority: priorityOf(item),
  };
  const rest = contentOf(item, new Set(Object.keys(item.map)), false, log);
  const content: RuleContent = { ...DEFAULTS, ...rest, ...required };
  collection.defineRule(name, item.optionalText('source') ?? 'syscall', content, item.place);
}

const DEFAULTS = {
  enabled: true,
  tags: new Set<string>(),
  exceptions: [],
  warnEvttypes: true,
  skipUnknownFilter: false,
} as const;

/** Falco appends first and replaces then, in the order of neither. */
function overrideRule(item: Item, name: string, { append, replace }: Overrides, { collection, log }: Reading): void {
  if (append.size > 0) collection.appendToRule(name, contentOf(item, append, true, log), item.place);
  if (replace.size > 0) collection.replaceInRule(name, contentOf(item, replace, true, log), item.place);
}

/** The named keys of a rule. `update`: of one that is there already. */
function contentOf(item: Item, keys: ReadonlySet<string>, update: boolean, log: IssueLog): Partial<RuleContent> {
  const content: Partial<RuleContent> = {};
  const has = (key: string) => keys.has(key) && item.has(key);
  if (has('condition')) content.condition = composed(item.text('condition'), item.at('condition'));
  if (has('output')) content.output = composed(item.text('output').trim(), item.at('output'));
  if (has('desc')) content.desc = item.text('desc');
  if (has('priority')) content.priority = priorityOf(item);
  if (has('tags')) content.tags = new Set(item.texts('tags').map(({ text }) => text));
  if (has('exceptions')) content.exceptions = readExceptions(item, update, log);
  if (has('enabled')) content.enabled = item.optionalFlag('enabled') ?? true;
  if (has('warn_evttypes')) content.warnEvttypes = item.optionalFlag('warn_evttypes') ?? true;
  if (has('skip-if-unknown-filter')) content.skipUnknownFilter = item.optionalFlag('skip-if-unknown-filter') ?? false;
  return content;
}

function priorityOf(item: Item): Priority {
  const written = item.text('priority');
  const upper = written.toUpperCase();
  const found = PRIORITIES.find((priority) => priority === (upper === 'INFO' ? 'INFORMATIONAL' : upper));
  if (!found) item.refuse(`'${written}' is no priority: ${PRIORITIES.join(', ')}`, item.at('priority'));
  return found;
}
