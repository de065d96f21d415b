// SPDX-License-Identifier: Apache-2.0
import type { Rule } from '@helios/core/finding';
import { sigma } from './example.ts';

/** Whether a condition can be met, and what of it counts. */
export const REACH_RULES = [
  {
    id: 'detect/conflicting-values',
    major: 1,
    level: 'warning',
    title: 'A field is asked to be two different things at once',
    why: 'No single value is both: unless the field holds a list, the rule never matches, and looks like coverage.',
    fix: 'Join the two by or, or take one out.',
    example: {
      bad: sigma(
        "  shell: {Image|endswith: '\\cmd.exe'}\n  other: {Image|endswith: '\\wmic.exe'}\n  condition: shell and other\n",
      ),
      good: sigma(
        "  shell: {Image|endswith: '\\cmd.exe'}\n  other: {ParentImage|endswith: '\\wmic.exe'}\n  condition: shell and other\n",
      ),
    },
  },
  {
    id: 'detect/always-matches',
    major: 1,
    level: 'error',
    title: 'Every event meets a condition',
    why: 'It alerts on all that its log source brings.',
    fix: 'Look for an `or` between something and its contrary, most often two things that were both meant to be left out.',
    example: {
      bad: sigma('  own: {User: svc_backup}\n  service: {User|startswith: svc_}\n  condition: not own or service\n'),
      good: sigma('  own: {User: svc_backup}\n  service: {User|startswith: svc_}\n  condition: service and not own\n'),
    },
  },
  {
    id: 'detect/dead-part',
    major: 1,
    level: 'warning',
    title: 'An alternative of a condition can never be met',
    why: 'What it was to see, the rest of the condition rules out: it looks like coverage.',
    fix: 'Correct it, or what stands against it, or take it out.',
    example: {
      bad: sigma(
        "  tool: {Image|endswith: ['\\a.exe', '\\b.exe']}\n  test: {Image|endswith: '\\b.exe'}\n  condition: tool and not test\n",
      ),
      good: sigma(
        "  tool: {Image|endswith: ['\\a.exe', '\\b.exe']}\n  test: {ParentImage|endswith: '\\b.exe'}\n  condition: tool and not test\n",
      ),
    },
  },
  {
    id: 'detect/idle-filter',
    major: 1,
    level: 'warning',
    title: 'A filter takes nothing out',
    why: 'What the rest of the condition matches never meets it, or meets another filter as well: what it was for still alerts.',
    fix: 'Correct it, mostly a slip in a value or the name of a field, or take it out.',
    example: {
      bad: sigma(
        "  shell: {Image|endswith: '\\cmd.exe'}\n  filter: {Image|endswith: '\\updater.exe'}\n  condition: shell and not filter\n",
      ),
      good: sigma(
        "  shell: {Image|endswith: '\\cmd.exe'}\n  filter: {ParentImage|endswith: '\\updater.exe'}\n  condition: shell and not filter\n",
      ),
    },
  },
  {
    id: 'detect/idle-part',
    major: 1,
    level: 'note',
    title: 'A part of a condition changes nothing',
    why: 'The rule matches the same without it; mostly it, or what it repeats, was meant to be something else.',
    fix: 'Take it out, or correct it.',
    example: {
      bad: sigma("  encoded: {CommandLine|contains|all: [' -enc ', enc]}\n  condition: encoded\n"),
      good: sigma("  encoded: {CommandLine|contains|all: [' -enc ', iex]}\n  condition: encoded\n"),
    },
  },
  {
    id: 'detect/repeated-question',
    major: 1,
    level: 'note',
    title: 'Two selections that must both match ask the same',
    why: 'It adds nothing; mostly one of the two was meant to be something else.',
    fix: 'Remove one, or correct it.',
    example: {
      bad: sigma(
        "  shell: {Image|endswith: '\\cmd.exe'}\n  option: {Image|endswith: '\\cmd.exe', CommandLine|contains: ' /c '}\n  condition: shell and option\n",
      ),
      good: sigma(
        "  shell: {Image|endswith: '\\cmd.exe'}\n  option: {CommandLine|contains: ' /c '}\n  condition: shell and option\n",
      ),
    },
  },
] as const satisfies readonly Rule[];
