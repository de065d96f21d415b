// SPDX-License-Identifier: Apache-2.0
import type { Expression } from '../condition/expression.ts';
import { parseCondition } from '../condition/parse.ts';
import { ConditionError } from '../condition/scanner.ts';
import { type Condition, linkCondition } from '../evaluate/condition.ts';
import type { EventTypes } from '../evaluate/event-types.ts';
import { fieldsOf, parseOutput } from '../output.ts';
import type { FalcoRule } from '../ruleset.ts';
import type { Collection } from './collection.ts';
import { type ComposedText, originOf, type RuleEntry } from './entry.ts';
import { conditionOfException } from './exception.ts';
import { DEPRECATED_FIELDS, hazardsIn } from './hazards.ts';
import type { IssueLog, ItemKind, LoadCode } from './issue.ts';
import { ItemError } from './item.ts';
import { ListError, ListTable } from './lists.ts';
import { BrokenMacro, MacroTable, UndefinedMacro } from './macros.ts';

interface Named {
  readonly kind: ItemKind;
  readonly name: string;
}

/** More kinds of events than this, and Falco warns: a rule without a restriction costs on every event. */
const MOST_EVENT_TYPES = 100;

/** Makes rules that can be asked out of what rules files define. What does not compile is logged and left out. */
export class Compiler {
  readonly #collection: Collection;
  readonly #sources: ReadonlySet<string>;
  readonly #log: IssueLog;
  readonly #lists: ListTable;
  readonly macros: MacroTable;
  /** What is being parsed, for what lists have to say. */
  #current: { readonly item: Named; readonly text: ComposedText } | undefined;

  constructor(collection: Collection, sources: ReadonlySet<string>, log: IssueLog) {
    this.#collection = collection;
    this.#sources = sources;
    this.#log = log;
    this.#lists = new ListTable(collection.lists, (name, offset) => {
      if (!this.#current) return;
      const message = `'${name}' is the name of a list, and Falco does not resolve it here: it is nested too deep or defined too early`;
      this.warn(this.#current.item, this.#current.text, message, offset);
    });
    this.macros = new MacroTable(collection.macros, this);
    this.#lists.markInner();
  }

  rules(): readonly FalcoRule[] {
    const rules: FalcoRule[] = [];
    for (const entry of this.#collection.rules.values()) {
      if (!this.#sources.has(entry.source)) continue;
      this.guard({ kind: 'rule', name: entry.name }, entry.condition, () => {
        const { text, ends } = withExceptions(entry);
        this.guard({ kind: 'rule', name: entry.name }, text, () => {
          const rule = this.#rule(entry, text, ends);
          if (rule) rules.push(rule);
        });
      });
    }
    this.#warnOfMacros();
    this.#warnOfLists();
    return rules;
  }

  /** Reads the part of a text that ends at `end`. */
  parse(text: ComposedText, item: Named, start = 0, end = text.text.length): Expression {
    const parsed = parseCondition(text.text.slice(0, end), start);
    this.#current = { item, text };
    return this.#lists.expand(parsed);
  }

  warn(item: Named, text: ComposedText, message: string, offset: number): void {
    this.#add('LOAD_COMPILE_CONDITION', item, text, message, { offset });
  }

  /** Runs what may throw, and logs what it throws at the place where it is written. */
  guard(item: Named, text: ComposedText, run: () => void, code: LoadCode = 'LOAD_ERR_COMPILE_CONDITION'): void {
    try {
      run();
    } catch (thrown) {
      if (thrown instanceof ConditionError) {
        this.#add(thrown instanceof UndefinedMacro ? 'LOAD_ERR_VALIDATE' : code, item, text, thrown.message, thrown);
      } else if (thrown instanceof ListError) this.#log.add(code, thrown.place, thrown.message, { item });
      else if (thrown instanceof ItemError) this.#log.add(thrown.code, thrown.place, thrown.message, { item });
      else if (thrown instanceof BrokenMacro)
        this.#add('LOAD_ERR_VALIDATE', item, text, `${thrown.message}, and the ${item.kind} uses it`, {});
      else throw thrown;
    }
  }

  #add(
    code: LoadCode,
    item: Named,
    text: ComposedText,
    message: string,
    { offset = 0, expected }: { readonly offset?: number; readonly expected?: string | undefined },
  ): void {
    const origin = originOf(text, offset);
    // What Falco makes of an exception is written nowhere: only its place can be told.
    const made = origin.place.at.pointer.includes('exceptions');
    this.#log.add(code, origin.place, message, {
      item,
      ...(!made && { offset: origin.offset }),
      ...(expected !== undefined && { expected }),
    });
  }

  #rule(entry: RuleEntry, text: ComposedText, ends: readonly number[]): FalcoRule | undefined {
    const { name, source } = entry;
    const item: Named = { kind: 'rule', name };
    const format = this.#output(entry);
    if (!format) return undefined;
    const expression = this.#expression(item, text, ends);
    this.macros.checkUses(expression, Number.POSITIVE_INFINITY);
    this.#warnOfHazards(item, text, expression);
    const condition = this.#link(entry, expression, text);
    if (!condition) return undefined;
    const eventTypes = this.macros.eventTypesOf(expression);
    if (source === 'syscall' && entry.warnEvttypes && isTooWide(eventTypes)) {
      const message = 'the rule matches too many evt.type values, which has a significant performance penalty';
      this.#add('LOAD_NO_EVTTYPE', item, entry.condition, message, {});
    }
    return {
      name,
      source,
      description: entry.desc,
      priority: entry.priority,
      enabled: entry.enabled,
      tags: [...entry.tags],
      output: entry.output.text,
      format,
      outputFields: fieldsOf(format),
      text: entry.condition.text,
      condition,
      eventTypes,
      exceptions: entry.exceptions.map((exception) => exception.name),
      place: entry.place,
    };
  }

  /** Undefined where a field is unknown and the rule says that this is to be forgiven. */
  #link(entry: RuleEntry, expression: Expression, text: ComposedText): Condition | undefined {
    const { source, skipUnknownFilter } = entry;
    const item: Named = { kind: 'rule', name: entry.name };
    let forgiven: ConditionError | undefined;
    try {
      return linkCondition(expression, {
        source,
        text: text.text,
        macro: (macro) =>
          this.macros.link(macro, source, ({ name, condition }, error) => {
            if (error.unknownField && skipUnknownFilter) forgiven = error;
            else this.#add('LOAD_ERR_COMPILE_CONDITION', { kind: 'macro', name }, condition, error.message, error);
          }),
        warn: (message, offset) => this.warn(item, text, message, offset),
      });
    } catch (thrown) {
      if (thrown instanceof ConditionError && thrown.unknownField && skipUnknownFilter) forgiven = thrown;
      if (!forgiven) throw thrown;
      const at = forgiven === thrown ? forgiven : {};
      this.#add('LOAD_UNKNOWN_FILTER', item, text, `${forgiven.message}, skipping the rule`, at);
      return undefined;
    }
  }

  /** The condition, and not what its exceptions say. */
  #expression(item: Named, text: ComposedText, ends: readonly number[]): Expression {
    const operands = ends.map((end, i): Expression => {
      const start = i === 0 ? 0 : (ends[i - 1] ?? 0) + 1;
      const operand = this.parse(text, item, start, end);
      return i === 0 ? operand : { kind: 'not', operand, offset: start };
    });
    const [only] = operands;
    return operands.length === 1 && only ? only : { kind: 'and', operands, offset: 0 };
  }

  #output(entry: RuleEntry): ReturnType<typeof parseOutput> | undefined {
    const item: Named = { kind: 'rule', name: entry.name };
    let { text } = entry.output;
    if (text.includes('%container.info')) {
      this.#add(
        'LOAD_DEPRECATED_ITEM',
        item,
        entry.output,
        '%container.info is deprecated and says nothing any more',
        {},
      );
      text = text.replaceAll('%container.info', '');
    }
    for (const field of DEPRECATED_FIELDS) {
      if (!new RegExp(String.raw`%${field.replaceAll('.', String.raw`\.`)}(?![\w.]*\w)`).test(text)) continue;
      this.#add('LOAD_DEPRECATED_ITEM', item, entry.output, `the deprecated field '${field}' is in the output`, {});
    }
    try {
      return parseOutput(text, entry.source);
    } catch (thrown) {
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      const forgiven = entry.skipUnknownFilter && message.startsWith('nonexistent field');
      this.#add(forgiven ? 'LOAD_UNKNOWN_FILTER' : 'LOAD_ERR_COMPILE_OUTPUT', item, entry.output, message, {});
      return undefined;
    }
  }

  #warnOfHazards(item: Named, text: ComposedText, expression: Expression): void {
    for (const { code, message, offset } of hazardsIn(expression)) this.#add(code, item, text, message, { offset });
  }

  #warnOfMacros(): void {
    for (const { name, condition, place, used } of this.#collection.macros.values()) {
      const expression = this.macros.expressionOf(name);
      if (expression) this.#warnOfHazards({ kind: 'macro', name }, condition, expression);
      if (used) continue;
      this.#log.add('LOAD_UNUSED_MACRO', place, 'the macro is not used by any rule or macro', {
        item: { kind: 'macro', name },
      });
    }
  }

  #warnOfLists(): void {
    for (const { name, place, used } of this.#collection.lists.values()) {
      if (used) continue;
      this.#log.add('LOAD_UNUSED_LIST', place, 'the list is not used by any rule, macro or list', {
        item: { kind: 'list', name },
      });
    }
  }
}

function isTooWide(types: EventTypes): boolean {
  return types.except || types.names.size === 0 || types.names.size > MOST_EVENT_TYPES;
}

/** The text of a rule and behind it those of its exceptions, each an end. */
function withExceptions(entry: RuleEntry): { text: ComposedText; ends: readonly number[] } {
  let length = entry.condition.text.length;
  const texts = [entry.condition.text];
  const parts = [...entry.condition.parts];
  const ends = [length];
  for (const exception of entry.exceptions) {
    const composed = conditionOfException(exception);
    if (!composed) continue;
    for (const part of composed.parts) parts.push({ ...part, start: part.start + length + 1 });
    texts.push(composed.text);
    length += composed.text.length + 1;
    ends.push(length);
  }
  return { text: { text: texts.join(' '), parts }, ends };
}
