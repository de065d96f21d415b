// SPDX-License-Identifier: Apache-2.0
import {
  appended,
  type ListEntry,
  type MacroEntry,
  type PluginRequirement,
  type RuleContent,
  type RuleEntry,
} from './entry.ts';
import { checkException, mergeExceptions } from './exception.ts';
import type { IssueLog, Place } from './issue.ts';
import { ItemError } from './item.ts';

/** What rules files define, in order, each definition and change upon those before it. */
export class Collection {
  readonly lists = new Map<string, ListEntry>();
  readonly macros = new Map<string, MacroEntry>();
  readonly rules = new Map<string, RuleEntry>();
  /** Each is a list of alternatives. */
  readonly plugins: (readonly PluginRequirement[])[] = [];
  /** The highest one. */
  engineVersion: string | undefined;
  readonly #sources: ReadonlySet<string>;
  readonly #log: IssueLog;
  #count = 0;

  constructor(sources: ReadonlySet<string>, log: IssueLog) {
    this.#sources = sources;
    this.#log = log;
  }

  defineList(name: string, items: ListEntry['items'], place: Place): void {
    this.#define(this.lists, { name, items, place, used: false });
  }

  appendToList(name: string, items: ListEntry['items'], place: Place): void {
    const list = this.#known(this.lists, name, place, 'list');
    list.items = [...list.items, ...items];
    list.visibility = this.#count++;
  }

  defineMacro(name: string, condition: MacroEntry['condition'], place: Place): void {
    this.#define(this.macros, { name, condition, place, used: false });
  }

  appendToMacro(name: string, condition: MacroEntry['condition'], place: Place): void {
    const macro = this.#known(this.macros, name, place, 'macro');
    macro.condition = appended(macro.condition, condition);
    macro.visibility = this.#count++;
  }

  defineRule(name: string, source: string, content: RuleContent, place: Place): void {
    const before = this.rules.get(name);
    if (before && before.source !== source) {
      throw new ItemError(
        'LOAD_ERR_VALIDATE',
        place,
        `the rule is defined again with another source (${before.source}, now ${source})`,
      );
    }
    if (!this.#sources.has(source)) {
      const message = `unknown source ${source}, skipping the rule`;
      this.#log.add('LOAD_UNKNOWN_SOURCE', place, message, { item: { kind: 'rule', name } });
    }
    const exceptions = content.exceptions.map((exception) => checkException(exception, this.#knownSource(source)));
    this.#define(this.rules, { name, source, ...content, exceptions, place });
  }

  appendToRule(name: string, added: Partial<RuleContent>, place: Place): void {
    const rule = this.#known(this.rules, name, place, 'rule');
    if (Object.keys(added).length === 0) {
      throw new ItemError('LOAD_ERR_VALIDATE', place, 'an appended rule must have a condition or exceptions');
    }
    const { condition, output, desc, tags, exceptions } = added;
    if (exceptions) rule.exceptions = mergeExceptions(rule.exceptions, exceptions, this.#knownSource(rule.source));
    if (condition) rule.condition = appended(rule.condition, condition);
    if (output) rule.output = appended(rule.output, output);
    if (desc !== undefined) rule.desc = `${rule.desc} ${desc}`;
    if (tags) rule.tags = rule.tags.union(tags);
    rule.visibility = this.#count++;
  }

  replaceInRule(name: string, replaced: Partial<RuleContent>, place: Place): void {
    const rule = this.#known(this.rules, name, place, 'rule');
    const source = this.#knownSource(rule.source);
    const exceptions = replaced.exceptions?.map((exception) => checkException(exception, source));
    Object.assign(rule, replaced, exceptions && { exceptions }, { visibility: this.#count++ });
  }

  /** `enabled` alone, which is deprecated. */
  enableRule(name: string, enabled: boolean, place: Place): void {
    this.#known(this.rules, name, place, 'rule').enabled = enabled;
  }

  #knownSource(source: string): string | undefined {
    return this.#sources.has(source) ? source : undefined;
  }

  #define<T extends { name: string; index: number; visibility: number }>(
    into: Map<string, T>,
    item: Omit<T, 'index' | 'visibility'> & { name: string },
  ): void {
    const now = this.#count++;
    // A later definition takes the place of the first one, and sees what lies between.
    into.set(item.name, { ...item, index: into.get(item.name)?.index ?? now, visibility: now } as T);
  }

  #known<T>(from: ReadonlyMap<string, T>, name: string, place: Place, kind: string): T {
    const known = from.get(name);
    if (known) return known;
    throw new ItemError(
      'LOAD_ERR_VALIDATE',
      place,
      `there is no ${kind} '${name}' before this one to append to, replace in or enable`,
    );
  }
}
