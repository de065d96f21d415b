// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { type Files, judge, sigma } from '../stage.ts';

const PATH = 'proc_creation_win_one.yml';
const HOUSE = {
  title: 'One Process',
  status: 'experimental',
  author: 'A',
  date: '2026-01-01',
  references: '[https://example.com/a]',
  tags: '[attack.t1059]',
  description: 'Sees one process of them all.',
  falsepositives: '[Unknown]',
  logsource: '{product: windows, category: process_creation}',
};

/** Findings on a rule as SigmaHQ writes them, but for what is given. */
async function told(head: Files, path = PATH, detection = '  s: {User: x}\n  condition: s\n'): Promise<string[]> {
  const files = {
    'helios.yaml': 'version: 1\ngates: {detect: {conventions: sigmahq, rules: {detect/untested: off}}}\n',
    [path]: sigma(detection, { ...HOUSE, ...head }),
  };
  const { findings } = await judge(files, '--as-of', '2026-02-01');
  return findings.map(({ ruleId, message }) => `${ruleId.slice('detect/'.length)}: ${message}`);
}

it('nothing is said of a rule as SigmaHQ writes them', async () => {
  expect(await told({})).toEqual([]);
});

it.each<readonly [string, Files, string]>([
  ['a key of its own', { team: 'blue' }, 'unlisted-key: the specification has no key "team"'],
  ['the list of fields', { fields: '[User]' }, 'unlisted-key: `fields` is no longer used'],
  ['a status of the past', { status: 'deprecated' }, 'retired-rule: a rule that is deprecated stands among the others'],
  ['a status too early', { status: 'test' }, 'untried-status: is test, and was written on 2026-01-01'],
  [
    'a change on its first day',
    { modified: '2026-01-01' },
    'idle-modified: was modified on the day that it was written',
  ],
  [
    'two detection tags',
    { tags: '[detection.dfir, detection.threat-hunting]' },
    'tag-choice: is detection.dfir as well as detection.threat-hunting',
  ],
  ['a TLP that is not public', { tags: '[tlp.red]' }, 'tag-choice: what is published is tlp.clear, and not tlp.red'],
  [
    'a log source of its own',
    { logsource: '{product: shop}' },
    'unknown-logsource: no rule of SigmaHQ is for the product "shop"',
  ],
  [
    'a link to a branch',
    { references: '[https://github.com/a/b/tree/dev/c.md#L3]' },
    'reference-form: what the link shows can change: it names a branch or a tag',
  ],
  [
    'a link to ATT&CK',
    { references: '[https://attack.mitre.org/techniques/T1059/]' },
    'reference-form: a page of ATT&CK is told by a tag',
  ],
  ['a slip', { falsepositives: '[Legitmate use]' }, 'false-positive-form: a slip: "Legitmate"'],
  [
    'its origin in its description',
    { description: 'Internal research on processes.' },
    'description-form: where it comes from stands in the description',
  ],
])('%s is told', async (_what, head, finding) => {
  expect(await told(head)).toEqual([finding]);
});

it.each<readonly [string, Files, string | undefined]>([
  ['a retired rule in its folder', { status: 'deprecated' }, `deprecated/${PATH}`],
  ['a rule that was tested', { status: 'test', regression_tests_path: 'a.yml' }, undefined],
  ['a rule that is old', { status: 'stable', date: '2025-01-01' }, undefined],
  ['the tag of a folder', { tags: '[detection.dfir]' }, `rules-dfir/${PATH}`],
  ['a link that lasts', { references: `[https://github.com/a/b/blob/${'0'.repeat(40)}/c.md]` }, undefined],
])('%s is left alone', async (_what, head, path) => {
  expect(await told(head, path)).toEqual([]);
});

it('rules in a folder for hunting are tagged so', async () => {
  expect(await told({}, `rules-threat-hunting/${PATH}`)).toEqual([
    'tag-choice: rules in this folder are tagged detection.threat-hunting',
  ]);
});

it('fields are those of the taxonomy', async () => {
  expect(await told({}, PATH, '  s: {Arguments: x}\n  condition: s\n')).toEqual([
    'unknown-field: the taxonomy has no field "Arguments" for its category',
  ]);
});

it('a correlation says in the name of its file that it is one', async () => {
  expect(await told({}, 'win_process.yml')).toEqual(['file-name-prefix: the file is called win_process.yml']);
});
