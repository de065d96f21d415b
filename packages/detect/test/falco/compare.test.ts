// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { compareRulesets } from '../../src/falco/index.ts';
import { load } from './stage.ts';

const BASE = `- required_engine_version: 0.40.0
- required_plugin_versions: [{name: p, version: 1.0.0, alternatives: [{name: q, version: 1.0.0}]}]
- {list: l, items: [a, b]}
- {macro: m, condition: evt.type = open}
- rule: r
  desc: d
  condition: m and proc.name in (l)
  output: o %proc.name
  priority: WARNING
  tags: [x]
`;

async function changesTo(after: string, before = BASE): Promise<readonly string[]> {
  const [left, right] = await Promise.all([load(before), load(after)]);
  const { grade, changes } = compareRulesets(left.ruleset, right.ruleset);
  expect(grade).toBe(changes[0]?.grade ?? 'none');
  return changes.map((change) => `${change.grade}: ${change.reason}`);
}

const with_ = (from: string, to: string): readonly [string, string] => [from, to];

describe('grading a change as Falco grades its rules', () => {
  it('nothing changed', async () => {
    expect(await changesTo(BASE)).toEqual([]);
    expect(await changesTo(BASE.replace('m and proc', 'm   and\\n proc').replace('\\n', ''))).toEqual([]);
  });

  it.each([
    [
      'a rule is added',
      with_('- {macro', '- {rule: s, desc: d, condition: evt.type = open, output: o, priority: INFO}\n- {macro'),
      ["minor: Rule 's' has been added"],
    ],
    ['a macro is added', with_('- rule', '- {macro: n, condition: m}\n- rule'), ["minor: Macro 'n' has been added"]],
    ['a list is added', with_('- rule', '- {list: k, items: []}\n- rule'), ["minor: List 'k' has been added"]],
    ['a rule is disabled', with_('tags: [x]', 'tags: [x]\n  enabled: false'), ["major: Rule 'r' is disabled now"]],
    [
      'a tag is lost',
      with_('tags: [x]', 'tags: [y]'),
      ["major: Rule 'r' has lost tags", "patch: Rule 'r' has more tags"],
    ],
    ['less urgent', with_('WARNING', 'NOTICE'), ["major: Rule 'r' is less urgent (WARNING, now NOTICE)"]],
    ['more urgent', with_('WARNING', 'ERROR'), ["patch: Rule 'r' is more urgent (WARNING, now ERROR)"]],
    [
      'fewer kinds of events',
      with_('m and', 'm and evt.type = close and'),
      ["major: Rule 'r' matches fewer kinds of events", "patch: Rule 'r' has another condition"],
    ],
    [
      'more kinds of events',
      with_('m and', '(m or evt.type = close) and'),
      ["patch: Rule 'r' matches more kinds of events", "patch: Rule 'r' has another condition"],
    ],
    [
      'a macro of other events',
      with_('evt.type = open', 'evt.type = open or evt.type = openat'),
      ["major: Macro 'm' matches other kinds of events", "patch: Rule 'r' matches more kinds of events"],
    ],
    [
      'a macro of the same events',
      with_('evt.type = open', 'evt.type = open and fd.num > 0'),
      ["patch: Macro 'm' has another condition"],
    ],
    ['list items', with_('[a, b]', '[a, c]'), ["patch: List 'l' has items added or removed"]],
    ['another order of list items', with_('[a, b]', '[b, a]'), []],
    ['another condition', with_('m and', 'm and user.uid = 0 and'), ["patch: Rule 'r' has another condition"]],
    ['another text of the output', with_('o %proc', 'p %proc'), ["patch: Rule 'r' has another output"]],
    [
      'other fields in the output',
      with_('%proc.name', '%proc.pid'),
      ["patch: Rule 'r' shows other fields in its output", "patch: Rule 'r' has another output"],
    ],
    ['another description', with_('desc: d', 'desc: e'), ["patch: Rule 'r' has another description"]],
    [
      'exceptions',
      with_('tags: [x]', 'tags: [x]\n  exceptions: [{name: e, fields: [proc.name]}]'),
      ["patch: Rule 'r' has exceptions added or removed"],
    ],
    [
      'a higher engine version',
      with_('0.40.0', '0.41.0'),
      ['minor: The required engine version rose from 0.40.0 to 0.41.0'],
    ],
    [
      'a lower engine version',
      with_('0.40.0', '0.39.0'),
      ['patch: The required engine version fell from 0.40.0 to 0.39.0'],
    ],
    [
      'a higher plugin version',
      with_('p, version: 1.0.0', 'p, version: 1.1.0'),
      ["minor: The required version of the plugin 'p' rose from 1.0.0 to 1.1.0"],
    ],
    [
      'a lower plugin version',
      with_('p, version: 1.0.0', 'p, version: 0.9.0'),
      ["patch: The required version of the plugin 'p' fell from 1.0.0 to 0.9.0"],
    ],
    [
      'an alternative less',
      with_(', alternatives: [{name: q, version: 1.0.0}]', ''),
      ["major: The plugin 'q' is no alternative any more"],
    ],
    [
      'no plugin',
      with_('- required_plugin_versions: [{name: p, version: 1.0.0, alternatives: [{name: q, version: 1.0.0}]}]\n', ''),
      ["patch: The plugin 'p' is not required any more", "patch: The plugin 'q' is not required any more"],
    ],
    [
      'an alternative more',
      with_('{name: q, version: 1.0.0}', '{name: q, version: 1.0.0}, {name: z, version: 1.0.0}'),
      ["patch: The plugin 'z' is an alternative now"],
    ],
    [
      'a plugin more',
      with_('[{name: p', '[{name: z, version: 1.0.0}, {name: p'),
      ["minor: The plugin 'z' is required now"],
    ],
  ])('%s', async (_, [from, to], changes) => {
    expect(await changesTo(BASE.replace(from, to))).toEqual(changes);
  });

  it('a rule, macro or list is removed, or a rule changes its source', async () => {
    expect(await changesTo('[]', BASE)).toEqual([
      "major: Rule 'r' has been removed",
      "major: Macro 'm' has been removed",
      "major: List 'l' has been removed",
      'patch: The required engine version fell from 0.40.0 to 0.0.0',
      "patch: The plugin 'p' is not required any more",
      "patch: The plugin 'q' is not required any more",
    ]);
    const rule = (source: string) =>
      `- {rule: r, desc: d, condition: evt.type = open, output: o, priority: INFO, source: ${source}}\n`;
    expect(await changesTo(rule('k8s_audit'), rule('syscall'))).toEqual([
      "major: Rule 'r' has another source (syscall, now k8s_audit)",
    ]);
  });

  it('a rule is enabled again', async () => {
    expect(await changesTo(BASE, BASE.replace('tags: [x]', 'tags: [x]\n  enabled: false'))).toEqual([
      "patch: Rule 'r' is enabled now",
    ]);
  });
});
