// SPDX-License-Identifier: Apache-2.0
import type { Rule } from '@helios/core/finding';
import { GOOD, headed, sigma } from './example.ts';

/** What SigmaHQ asks for, where `conventions: sigmahq` is set. */
export const CONVENTION_RULES = [
  {
    id: 'detect/file-name-form',
    major: 1,
    level: 'note',
    title: 'A file is not named as SigmaHQ names files, or as another one',
    why: 'SigmaHQ takes rules from files of 10 to 90 small letters, digits and underscores, each name once.',
    fix: 'Rename it: proc_creation_win_powershell_encoded.yml.',
  },
  {
    id: 'detect/file-name-prefix',
    major: 1,
    level: 'note',
    title: 'The name of a file does not begin as SigmaHQ begins those of its log source',
    why: 'Whoever looks for all rules of a log source goes by the names of files.',
    fix: 'Rename it: proc_creation_win_ for new processes on Windows, aws_ for AWS.',
  },
  {
    id: 'detect/field-name-form',
    major: 1,
    level: 'note',
    title: 'The name of a field has a space in it',
    why: 'Many stores know no such names; SigmaHQ writes them as one word, and pipelines map that.',
    fix: 'Write it as one word, or with an underscore, and map it in a pipeline.',
    example: { bad: sigma("  encoded: {Command Line|contains: ' -enc '}\n  condition: encoded\n"), good: GOOD },
  },
  {
    id: 'detect/title-form',
    major: 1,
    level: 'note',
    title: 'A title is not as SigmaHQ writes titles',
    why: 'It is what an analyst reads in a list of alerts: short, without a full stop, each word with a capital.',
    fix: 'Say what happened, not that it was detected, in at most 120 characters.',
    example: { bad: headed('').replace('Encoded PowerShell', 'Detects encoded PowerShell.'), good: headed('') },
  },
  {
    id: 'detect/description-form',
    major: 1,
    level: 'note',
    title: 'A description is too short, or holds a link',
    why: 'Links belong under references, where tools look for them.',
    fix: 'Say in a sentence what it sees and why that matters.',
    example: {
      bad: headed('description: See https://example.com/a\n'),
      good: headed('description: Sees encoded commands.\n'),
    },
  },
  {
    id: 'detect/reference-form',
    major: 1,
    level: 'note',
    title: 'A reference is no link that lasts',
    why: 'What a branch shows today is not what the author read.',
    fix: 'Write the whole address; on GitHub, with the commit.',
    example: {
      bad: headed('references: [https://github.com/a/b/blob/main/c.md]\n'),
      good: headed('references: [https://github.com/a/b/blob/0123456789abcdef0123456789abcdef01234567/c.md]\n'),
    },
  },
  {
    id: 'detect/false-positive-form',
    major: 1,
    level: 'note',
    title: 'A false positive is none that helps',
    why: 'It tells an analyst what harmless thing looks like this; that there is none, nobody knows.',
    fix: 'Name the harmless thing, with a capital, or write Unknown or Unlikely.',
    example: { bad: headed('falsepositives: [none]\n'), good: headed('falsepositives: [Unknown]\n') },
  },
  {
    id: 'detect/missing-origin',
    major: 1,
    level: 'note',
    title: 'A rule does not say where it comes from',
    why: 'Nobody can be asked, and nobody can read up on it.',
    fix: 'Add status, author, date, references and tags.',
  },
] as const satisfies readonly Rule[];
