// SPDX-License-Identifier: Apache-2.0
import { hasMore } from './evaluate/event-types.ts';
import { PRIORITIES, type PluginRequirement } from './rules/entry.ts';
import { compareVersions } from './rules/version.ts';
import type { FalcoRule, Ruleset } from './ruleset.ts';

type Grade = 'major' | 'minor' | 'patch';

interface RulesetChange {
  readonly grade: Grade;
  readonly reason: string;
}

export interface RulesetComparison {
  /** The highest grade there is; none where nothing changed. */
  readonly grade: Grade | 'none';
  /** Major first, then as the rulesets are ordered. */
  readonly changes: readonly RulesetChange[];
}

const GRADES: readonly Grade[] = ['major', 'minor', 'patch'];

/**
 * Grades what changed as the versioning of Falco's own rules does (falcosecurity/rules, build/checker compare): who
 * relies on a rule is hurt by a major change. Beyond that tool, a changed text of a condition, output or description
 * is told too, as a patch.
 */
export function compareRulesets(before: Ruleset, after: Ruleset): RulesetComparison {
  const changes = [
    ...compareEngine(before, after),
    ...comparePlugins(before.plugins, after.plugins),
    ...compareNames('Rule', before.rules, after.rules),
    ...compareNames('Macro', before.macros, after.macros),
    ...compareNames('List', before.lists, after.lists),
    ...inBoth(before.rules, after.rules).flatMap(([left, right]) => compareRule(left, right)),
    ...inBoth(before.macros, after.macros).flatMap(([left, right]) => compareMacro(left, right)),
    ...inBoth(before.lists, after.lists)
      .filter(([left, right]) => !sameSet(left.items, right.items))
      .map(([{ name }]) => change('patch', `List '${name}' has items added or removed`)),
  ];
  const ordered = GRADES.flatMap((grade) => changes.filter((change) => change.grade === grade));
  return { grade: ordered[0]?.grade ?? 'none', changes: ordered };
}

function change(grade: Grade, reason: string): RulesetChange {
  return { grade, reason };
}

function compareEngine(before: Ruleset, after: Ruleset): readonly RulesetChange[] {
  const [left, right] = [before.engineVersion ?? '0.0.0', after.engineVersion ?? '0.0.0'];
  const order = compareVersions(left, right);
  if (order === 0) return [];
  return order < 0
    ? [change('minor', `The required engine version rose from ${left} to ${right}`)]
    : [change('patch', `The required engine version fell from ${left} to ${right}`)];
}

type Requirements = Ruleset['plugins'];

function comparePlugins(before: Requirements, after: Requirements): readonly RulesetChange[] {
  const changes: RulesetChange[] = [];
  const find = (all: Requirements, name: string) => all.find((group) => group.some((plugin) => plugin.name === name));
  for (const group of before) {
    const gone = group.filter(({ name }) => !find(after, name));
    if (gone.length === group.length) {
      changes.push(...gone.map(({ name }) => change('patch', `The plugin '${name}' is not required any more`)));
    } else {
      changes.push(...gone.map(({ name }) => change('major', `The plugin '${name}' is no alternative any more`)));
    }
    for (const left of group) changes.push(...comparePlugin(left, find(after, left.name)));
  }
  for (const group of after) {
    const known = group.some(({ name }) => find(before, name));
    for (const { name } of group) {
      if (find(before, name)) continue;
      changes.push(
        known
          ? change('patch', `The plugin '${name}' is an alternative now`)
          : change('minor', `The plugin '${name}' is required now`),
      );
    }
  }
  return changes;
}

function comparePlugin(
  left: PluginRequirement,
  group: readonly PluginRequirement[] | undefined,
): readonly RulesetChange[] {
  const right = group?.find(({ name }) => name === left.name);
  const order = right ? compareVersions(left.version, right.version) : 0;
  if (!right || order === 0) return [];
  const versions = `from ${left.version} to ${right.version}`;
  return order < 0
    ? [change('minor', `The required version of the plugin '${left.name}' rose ${versions}`)]
    : [change('patch', `The required version of the plugin '${left.name}' fell ${versions}`)];
}

interface Named {
  readonly name: string;
}

function compareNames(kind: string, before: readonly Named[], after: readonly Named[]): readonly RulesetChange[] {
  const [left, right] = [before, after].map((items) => new Set(items.map(({ name }) => name)));
  if (!left || !right) return [];
  return [
    ...[...left.difference(right)].map((name) => change('major', `${kind} '${name}' has been removed`)),
    ...[...right.difference(left)].map((name) => change('minor', `${kind} '${name}' has been added`)),
  ];
}

function inBoth<T extends Named>(before: readonly T[], after: readonly T[]): readonly (readonly [T, T])[] {
  const later = new Map(after.map((item) => [item.name, item]));
  return before.flatMap((left) => {
    const right = later.get(left.name);
    return right ? [[left, right] as const] : [];
  });
}

function compareRule(left: FalcoRule, right: FalcoRule): readonly RulesetChange[] {
  const { name } = left;
  const urgency = PRIORITIES.indexOf(left.priority) - PRIORITIES.indexOf(right.priority);
  const found: readonly (false | readonly [Grade, string])[] = [
    left.source !== right.source && ['major', `has another source (${left.source}, now ${right.source})`],
    left.enabled && !right.enabled && ['major', 'is disabled now'],
    !left.enabled && right.enabled && ['patch', 'is enabled now'],
    hasMore(left.eventTypes, right.eventTypes) && ['major', 'matches fewer kinds of events'],
    hasMore(right.eventTypes, left.eventTypes) && ['patch', 'matches more kinds of events'],
    left.tags.some((tag) => !right.tags.includes(tag)) && ['major', 'has lost tags'],
    right.tags.some((tag) => !left.tags.includes(tag)) && ['patch', 'has more tags'],
    urgency < 0 && ['major', `is less urgent (${left.priority}, now ${right.priority})`],
    urgency > 0 && ['patch', `is more urgent (${left.priority}, now ${right.priority})`],
    !sameSet(left.outputFields, right.outputFields) && ['patch', 'shows other fields in its output'],
    !sameSet(left.exceptions, right.exceptions) && ['patch', 'has exceptions added or removed'],
    !sameText(left.text, right.text) && ['patch', 'has another condition'],
    !sameText(left.output, right.output) && ['patch', 'has another output'],
    !sameText(left.description, right.description) && ['patch', 'has another description'],
  ];
  return found.flatMap((entry) => (entry ? [change(entry[0], `Rule '${name}' ${entry[1]}`)] : []));
}

function compareMacro(left: Ruleset['macros'][number], right: Ruleset['macros'][number]): readonly RulesetChange[] {
  const [before, after] = [left.eventTypes, right.eventTypes];
  if (before && after && (hasMore(before, after) || hasMore(after, before))) {
    return [change('major', `Macro '${left.name}' matches other kinds of events`)];
  }
  return sameText(left.text, right.text) ? [] : [change('patch', `Macro '${left.name}' has another condition`)];
}

function sameSet(left: readonly string[], right: readonly string[]): boolean {
  return new Set(left).symmetricDifference(new Set(right)).size === 0;
}

/** White space is layout. */
function sameText(left: string, right: string): boolean {
  return left.replace(/\s+/g, ' ').trim() === right.replace(/\s+/g, ' ').trim();
}
