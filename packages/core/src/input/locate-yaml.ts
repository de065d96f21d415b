// SPDX-License-Identifier: Apache-2.0
import { type Event, EVENT_ID, getScalarValue, parseEvents } from 'js-yaml';
import { locateInBlockYaml } from './locate-block.ts';
import type { Locator, Range } from './locate.ts';
import type { SourceFile } from './source.ts';
import { yamlOptions } from './yaml.ts';

/** Indexes of the events where a collection's entry begins. */
interface Entry {
  readonly key?: number;
  readonly value: number;
}

/** Places come from the very readers that gave the values: there is no other parser to disagree. */
export async function locateInYaml(source: SourceFile): Promise<Locator> {
  const { text } = source;
  const inBlocks = locateInBlockYaml(text);
  if (inBlocks) {
    let whole: Locator | undefined;
    return (...wanted) =>
      inBlocks(...wanted) ?? (whole ??= locateInEvents(text, parseEvents(text, yamlOptions)))(...wanted);
  }
  try {
    return locateInEvents(text, parseEvents(text, yamlOptions));
  } catch {
    return (await import('./yaml-lenient.ts')).locateInLenientYaml(source);
  }
}

export function locateInEvents(text: string, events: readonly Event[]): Locator {
  const roots = events.flatMap((event, index) => (event.type === EVENT_ID.DOCUMENT ? [index + 1] : []));
  const entriesOf = indexEntries(text, events);
  return (document, pointer, part) => {
    let at = roots[document];
    if (at === undefined) return undefined;
    // The range of the nearest key on the way: what an empty value is shown by.
    let name: Range | undefined;
    let named = false;
    for (const step of pointer) {
      const entry: Entry | undefined = entriesOf(at).get(String(step));
      if (!entry) break;
      at = entry.value;
      named = entry.key !== undefined;
      if (entry.key !== undefined) name = rangeOf(events[entry.key]) ?? name;
    }
    const range = rangeOf(events[at]);
    const byName = part === 'key' || (isCollection(events[at]) && named);
    return byName ? (name ?? range) : (range ?? name);
  };
}

/** The entries of the collection that begins at an event, gathered once for each that is asked about. */
function indexEntries(text: string, events: readonly Event[]): (at: number) => ReadonlyMap<string, Entry> {
  const ends = endsOf(events);
  const known = new Map<number, Map<string, Entry>>();
  const gather = (at: number): Map<string, Entry> => {
    const entries = new Map<string, Entry>();
    const type = events[at]?.type;
    if (type !== EVENT_ID.SEQUENCE && type !== EVENT_ID.MAPPING) return entries;
    for (let item = at + 1; item < (ends[at] ?? 0) - 1;) {
      const value = type === EVENT_ID.MAPPING ? (ends[item] ?? 0) : item;
      const key = events[item];
      if (type === EVENT_ID.SEQUENCE) entries.set(String(entries.size), { value });
      else if (key?.type === EVENT_ID.SCALAR) entries.set(getScalarValue(text, key), { key: item, value });
      item = ends[value] ?? events.length;
    }
    return entries;
  };
  return (at) => {
    const entries = known.get(at) ?? gather(at);
    known.set(at, entries);
    return entries;
  };
}

/** For each event the index after the node that begins there. */
function endsOf(events: readonly Event[]): Int32Array {
  const ends = new Int32Array(events.length);
  const open: number[] = [];
  for (const [index, { type }] of events.entries()) {
    ends[index] = index + 1;
    if (type === EVENT_ID.POP) ends[open.pop() ?? index] = index + 1;
    else if (type !== EVENT_ID.SCALAR && type !== EVENT_ID.ALIAS) open.push(index);
  }
  return ends;
}

function isCollection(event: Event | undefined): boolean {
  return event?.type === EVENT_ID.SEQUENCE || event?.type === EVENT_ID.MAPPING;
}

/** Of a collection the place where it begins; nothing for an empty scalar. */
function rangeOf(event: Event | undefined): Range | undefined {
  switch (event?.type) {
    case EVENT_ID.SCALAR:
      return event.valueEnd > event.valueStart ? { start: event.valueStart, end: event.valueEnd } : undefined;
    case EVENT_ID.ALIAS:
      return { start: event.anchorStart, end: event.anchorEnd };
    case EVENT_ID.SEQUENCE:
    case EVENT_ID.MAPPING:
      return { start: event.start, end: event.start };
    default:
      return undefined;
  }
}
