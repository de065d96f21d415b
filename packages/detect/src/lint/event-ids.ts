// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import { EVENT_CATEGORIES } from '../events/channels.ts';
import { REGISTRY_OBJECT, SYSMON_CATEGORIES } from '../events/sysmon.ts';
import type { Ruleset } from '../ruleset.ts';
import { draftAt } from './draft.ts';
import { type Item, itemsOf } from './item.ts';

/** Kinds of Windows events: asked for where the log source says them already, or not at all where it does not. */
export function* judgeEventIds({ rules }: Ruleset): Generator<FindingDraft> {
  for (const { rule, place, written } of rules) {
    const { product, category, service } = rule.logsource;
    if (product !== 'windows') continue;
    const items = [...itemsOf(written['detection'])];
    if (service === 'sysmon' && category === undefined && !items.some(({ field }) => field === 'EventID'))
      yield draftAt(
        'detect/sysmon-without-event-id',
        place,
        ['logsource', 'service'],
        rule.title,
        'asks every kind of event that Sysmon writes',
      );
    // Where nothing else is asked, a category cannot be said without: a rule needs a selection.
    if (category !== undefined && items.length === 1) continue;
    for (const item of items) {
      if (item.modifiers.length > 0) continue;
      const problem =
        category === undefined
          ? specificIn(item, service)
          : (impliedIn(item, category, service) ?? sensorIn(item, category));
      if (problem)
        yield draftAt(problem.ruleId, place, item.at, rule.title, problem.message, { remedy: problem.remedy });
    }
  }
}

interface ItemProblem {
  readonly ruleId: string;
  readonly message: string;
  readonly remedy: string;
}

function specificIn({ field, values }: Item, service: string | undefined): ItemProblem | undefined {
  if (field !== 'EventID' || service === undefined) return undefined;
  const [first, ...rest] = new Set(values.map(({ value }) => categoryOf(service, Number(value))));
  if (first === undefined || rest.length > 0) return undefined;
  return {
    ruleId: 'detect/specific-logsource',
    message: `these events of ${service} are the category ${first}`,
    remedy: `Write category: ${first} in the logsource, and leave the EventID out.`,
  };
}

/** The category that an event id alone stands for, with fields of the same names: 4688 of the security log has others. */
function categoryOf(service: string, id: number): string | undefined {
  if (service === 'security' || service === 'windefend') return undefined;
  const categories = service === 'sysmon' ? SYSMON_CATEGORIES[id] : [EVENT_CATEGORIES[service]?.[id]];
  return categories?.length === 1 ? categories[0] : undefined;
}

/** Some of the events of a category may be asked for; all of those that one sensor has are what the category means. */
function impliedIn({ field, values }: Item, category: string, service: string | undefined): ItemProblem | undefined {
  const asked = new Set(values.map(({ value }) => String(value)));
  const sensor = kindsOf(field, category).find(
    ([name, kinds]) => (service ?? name) === name && kinds.length > 0 && kinds.every((kind) => asked.has(kind)),
  );
  if (!sensor) return undefined;
  return {
    ruleId: 'detect/redundant-field',
    message: `the category ${category} says the ${field} already, of other sensors than ${sensor[0]} as well`,
    remedy: `Leave ${field} out.`,
  };
}

/** Who writes events of a category, which is what it leaves open; in a filter, one of them can be meant to be left out. */
function sensorIn({ field, values, selection }: Item, category: string): ItemProblem | undefined {
  if ((field !== 'Provider_Name' && field !== 'Channel') || selection.startsWith('filter')) return undefined;
  const isSensor = (value: unknown): boolean => String(value).startsWith(SYSMON);
  const implied =
    Object.values(SYSMON_CATEGORIES).flat().includes(category) && values.some(({ value }) => isSensor(value));
  if (!implied) return undefined;
  return {
    ruleId: 'detect/redundant-field',
    message: `the category ${category} is of whatever sensor, and this asks for Sysmon alone`,
    remedy: `Leave ${field} out, or name service: sysmon in the logsource.`,
  };
}

/** Its channel begins like that as well. */
const SYSMON = 'Microsoft-Windows-Sysmon';

/** By sensor, the values of a field that make an event one of the category. */
function kindsOf(field: string, category: string): [string, string[]][] {
  const among = (kinds: Readonly<Record<string, readonly string[]>>): string[] =>
    Object.keys(kinds).filter((kind) => kinds[kind]?.includes(category));
  if (field === 'EventType') return [['sysmon', among(REGISTRY_OBJECT)]];
  if (field !== 'EventID') return [];
  return [
    ['sysmon', among(SYSMON_CATEGORIES)],
    ...Object.entries(EVENT_CATEGORIES).map(([service, ids]): [string, string[]] => [
      service,
      Object.keys(ids).filter((id) => ids[Number(id)] === category),
    ]),
  ];
}
