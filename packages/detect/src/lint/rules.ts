// SPDX-License-Identifier: Apache-2.0
import type { Rule } from '@helios/core/finding';
import { GOOD, headed, sigma } from './example.ts';

const correlation = (body: string): string =>
  `${GOOD}name: encoded\n---\ntitle: Encoded PowerShell again and again\nid: 6f0c8a1e-0000-4000-8000-000000000002\ncorrelation:\n  rules: [encoded]\n  timespan: 5m\n  group-by: [User]\n${body}`;

const filter = (condition: string): string =>
  `title: Administrators\nid: 6f0c8a1e-0000-4000-8000-000000000003\nlogsource: {product: windows}\nfilter:\n  rules: any\n  admins: {User|startswith: 'adm_'}\n  condition: ${condition}\n`;

/** What rules say of themselves, how they are written, and whether it can be as they say. */
export const LINT_RULES = [
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
      bad: sigma('  a: {User: a}\n  b: {User: b}\n  condition: not a or not (a and b)\n').replace(
        'User: b',
        "User|startswith: ''",
      ),
      good: sigma('  a: {User: a}\n  b: {User: b}\n  condition: not a and not b\n'),
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
    id: 'detect/filter-keeps',
    major: 1,
    level: 'warning',
    title: 'A filter negates nothing',
    why: 'Filters are joined to rules by and: this one silences the rules for everything that it does not name.',
    fix: 'Write `condition: not selection`.',
    example: { bad: filter('admins'), good: filter('not admins') },
  },
  {
    id: 'detect/correlation-never-alerts',
    major: 1,
    level: 'error',
    title: 'A correlation asks for what cannot be',
    why: 'It can never alert, and looks like coverage. A window begins with a match, so that absence cannot be counted.',
    fix: 'Correct its bounds, or name each rule once.',
    example: {
      bad: correlation('  type: event_count\n  condition: {gte: 10, lt: 5}\n'),
      good: correlation('  type: event_count\n  condition: {gte: 5, lt: 10}\n'),
    },
  },
  {
    id: 'detect/correlation-always-alerts',
    major: 1,
    level: 'warning',
    title: 'A correlation is met by each event alone',
    why: 'It says no more than its rule does, and says it again.',
    fix: 'Ask for more than one, or leave the correlation out.',
    example: {
      bad: correlation('  type: event_count\n  condition: {gte: 1}\n'),
      good: correlation('  type: event_count\n  condition: {gte: 5}\n'),
    },
  },
  {
    id: 'detect/correlation-without-group',
    major: 1,
    level: 'note',
    title: 'A correlation is not grouped by anything',
    why: 'Events of different users and hosts add up: in a large network it always alerts, and names nobody.',
    fix: 'Name under group-by what the events must have in common.',
    example: {
      bad: correlation('  type: event_count\n  condition: {gte: 5}\n').replace('  group-by: [User]\n', ''),
      good: correlation('  type: event_count\n  condition: {gte: 5}\n'),
    },
  },
  {
    id: 'detect/loose-alias',
    major: 1,
    level: 'warning',
    title: 'An alias of a correlation leads nowhere',
    why: 'Where an alias does not say which field it is, events of that rule belong to no group, and the chain never closes.',
    fix: 'Name the alias in group-by, and a field for each rule.',
    example: {
      bad: correlation('  type: event_count\n  condition: {gte: 5}\n  aliases: {host: {encoded: Computer}}\n'),
      good: correlation('  type: event_count\n  condition: {gte: 5}\n  aliases: {User: {encoded: SubjectUserName}}\n'),
    },
  },
  {
    id: 'detect/misspelt-logsource',
    major: 1,
    level: 'warning',
    title: 'A log source is nearly one that is known',
    why: 'No log is of a source with a slip in its name, so the rule is asked about no event.',
    fix: 'Correct the name.',
    example: { bad: GOOD.replace('process_creation', 'process_creations'), good: GOOD },
  },
  {
    id: 'detect/specific-logsource',
    major: 1,
    level: 'note',
    title: 'A rule asks for an event id where a category says the same',
    why: 'It sees the events of one sensor; the category is what other sensors are mapped to.',
    fix: 'Name the category, and leave the event id out.',
    example: {
      bad: sigma('  connection: {EventID: 22, QueryName: a.example}\n  condition: connection\n').replace(
        'category: process_creation',
        'service: sysmon',
      ),
      good: sigma('  connection: {QueryName: a.example}\n  condition: connection\n').replace(
        'process_creation',
        'dns_query',
      ),
    },
  },
  {
    id: 'detect/redundant-field',
    major: 1,
    level: 'warning',
    title: 'A rule asks for what its category says already',
    why: 'The category stands for the events of all sensors; the number is that of one, so the rule misses the others.',
    fix: 'Leave the field out.',
    example: {
      bad: sigma("  encoded: {EventID: 1, CommandLine|contains: ' -enc '}\n  condition: encoded\n"),
      good: GOOD,
    },
  },
  {
    id: 'detect/sysmon-without-event-id',
    major: 1,
    level: 'note',
    title: 'A rule for Sysmon says no event id',
    why: 'Sysmon writes some thirty kinds of events with fields of the same names: the rule is asked about each.',
    fix: 'Name the category in the place of the service, or the EventID.',
    example: { bad: GOOD.replace('category: process_creation', 'service: sysmon'), good: GOOD },
  },
  {
    id: 'detect/missing-asterisk',
    major: 1,
    level: 'warning',
    title: 'A condition says `1 of` or `all of` without an asterisk',
    why: 'It takes in the one selection of that name; those that begin so, and those added later, are left out.',
    fix: 'Write `1 of filter_*`, or name the selection alone.',
    example: {
      bad: sigma(
        "  encoded: {CommandLine|contains: ' -enc '}\n  filter: {User: a}\n  filter_backup: {User: b}\n  condition: encoded and not 1 of filter and not filter_backup\n",
      ),
      good: sigma(
        "  encoded: {CommandLine|contains: ' -enc '}\n  filter_a: {User: a}\n  filter_backup: {User: b}\n  condition: encoded and not 1 of filter_*\n",
      ),
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
  {
    id: 'detect/malformed-hash',
    major: 1,
    level: 'warning',
    title: 'A digest is not written as Sysmon writes it',
    why: 'The field holds all digests of a file, each with its kind: one of the wrong length is never found, one without a kind may be of another.',
    fix: 'Write the kind, = and the whole digest, with the modifier contains.',
    example: {
      bad: sigma("  tool: {Hashes|contains: 'SHA256=0123456789abcdef0123456789abcdef'}\n  condition: tool\n"),
      good: sigma("  tool: {Hashes|contains: 'MD5=0123456789abcdef0123456789abcdef'}\n  condition: tool\n"),
    },
  },
  {
    id: 'detect/localised-account',
    major: 1,
    level: 'note',
    title: 'The name of an account is that of one language',
    why: 'Windows translates NT AUTHORITY: on a French or German host the rule does not see it.',
    fix: 'Look for both AUTHORI and AUTORI, which are parts of the name in most languages, or for the SID.',
    example: {
      bad: sigma("  system: {User: 'NT AUTHORITY\\SYSTEM'}\n  condition: system\n"),
      good: sigma('  system: {User|contains: [AUTHORI, AUTORI]}\n  condition: system\n'),
    },
  },
  {
    id: 'detect/padded-field-name',
    major: 1,
    level: 'warning',
    title: 'The name of a field begins or ends with a space',
    why: 'The space is part of the name, and no event has such a field.',
    fix: 'Take the space out.',
    example: { bad: sigma("  encoded: {'CommandLine |contains': ' -enc '}\n  condition: encoded\n"), good: GOOD },
  },
  {
    id: 'detect/misspelt-key',
    major: 1,
    level: 'warning',
    title: 'A key is nearly one that Sigma knows',
    why: 'Nothing reads it: what it says is lost, and a log source with one is wider than it looks.',
    fix: 'Correct the key.',
    example: {
      bad: headed('reference: [https://example.com/a]\n'),
      good: headed('references: [https://example.com/a]\n'),
    },
  },
  {
    id: 'detect/bad-relation',
    major: 1,
    level: 'warning',
    title: 'A relation to another rule is none',
    why: 'Whoever follows it, to find what replaced a rule, finds nothing.',
    fix: 'Use derived, obsolete, merged, renamed, similar or correlation, and the id of the other rule.',
    example: {
      bad: headed('related: [{id: 6f0c8a1e-0000-4000-8000-000000000009, type: replaced}]\n'),
      good: headed('related: [{id: 6f0c8a1e-0000-4000-8000-000000000009, type: obsolete}]\n'),
    },
  },
  {
    id: 'detect/malformed-tag',
    major: 1,
    level: 'warning',
    title: 'A tag does not have the form of its namespace',
    why: 'Whatever selects rules by tags leaves this one out.',
    fix: 'Write it as the namespace asks.',
    example: { bad: headed('tags: [cve.2021.4]\n'), good: headed('tags: [cve.2021-44228]\n') },
  },
  {
    id: 'detect/unknown-tag-namespace',
    major: 1,
    level: 'note',
    title: 'A tag is of a namespace that Sigma does not know',
    why: 'Tools drop it or refuse the rule.',
    fix: 'Use a namespace of the specification, or a key of your own.',
    example: { bad: headed('tags: [mitre.t1059]\n'), good: headed('tags: [attack.t1059]\n') },
  },
  {
    id: 'detect/repeated-entry',
    major: 1,
    level: 'note',
    title: 'A list of a rule names the same twice',
    why: 'Mostly one of the two was meant to be something else.',
    fix: 'Remove one, or correct it.',
    example: { bad: headed('tags: [attack.t1059, attack.t1059]\n'), good: headed('tags: [attack.t1059]\n') },
  },
  {
    id: 'detect/repeated-value',
    major: 1,
    level: 'note',
    title: 'A value stands twice in a list',
    why: 'Case does not count, so it adds nothing; mostly one of the two was meant to be something else.',
    fix: 'Remove one, or correct it.',
    example: {
      bad: sigma("  encoded: {CommandLine|contains: [' -enc ', ' -ENC ']}\n  condition: encoded\n"),
      good: sigma("  encoded: {CommandLine|contains: [' -enc ', ' -ec ']}\n  condition: encoded\n"),
    },
  },
  {
    id: 'detect/absorbed-value',
    major: 1,
    level: 'note',
    title: 'A value is only found where another of its list is found',
    why: 'The narrow one does nothing: either it is not needed, or the wide one is wider than was meant.',
    fix: 'Remove the one, or narrow the other.',
    example: {
      bad: sigma("  encoded: {CommandLine|contains: [' -enc ', ' -enc abc']}\n  condition: encoded\n"),
      good: sigma("  encoded: {CommandLine|contains: [' -enc ', ' -ec ']}\n  condition: encoded\n"),
    },
  },
  {
    id: 'detect/idle-modifier',
    major: 1,
    level: 'warning',
    title: 'Modifiers cannot do together what they are for',
    why: 'The rule runs and finds nothing: parts of an encoded text are never the whole field, nor is one value several.',
    fix: 'Write `base64offset|contains`, `wide|base64offset|contains`, `contains|all`, each once.',
    example: {
      bad: sigma("  encoded: {'CommandLine|base64offset': 'IEX'}\n  condition: encoded\n"),
      good: sigma("  encoded: {'CommandLine|base64offset|contains': 'IEX'}\n  condition: encoded\n"),
    },
  },
  {
    id: 'detect/altered-number',
    major: 1,
    level: 'error',
    title: 'A number is not what is written',
    why: 'Zeros, signs and exponents of a bare number are lost, and readers of Sigma differ: 0123 is 123, 83 or the text.',
    fix: 'Quote it where the characters are meant; else write the number as it is read.',
    example: {
      bad: sigma('  layout: {PreloadId: 00000429}\n  condition: layout\n'),
      good: sigma("  layout: {PreloadId: '00000429'}\n  condition: layout\n"),
    },
  },
  {
    id: 'detect/number-as-text',
    major: 1,
    level: 'note',
    title: 'A number is written as text',
    why: 'Stores with typed fields compare it as text, and find nothing.',
    fix: 'Leave the quotes out.',
    example: {
      bad: sigma("  system: {IntegrityLevel: '4'}\n  condition: system\n"),
      good: sigma('  system: {IntegrityLevel: 4}\n  condition: system\n'),
    },
  },
  {
    id: 'detect/escaped-wildcard',
    major: 1,
    level: 'note',
    title: 'A value looks for a star or a question mark itself',
    why: 'Mostly the backslash before it was meant to be a part of a path, and the star to be a wildcard.',
    fix: 'Write two backslashes before a wildcard; leave it where the character itself is meant.',
    example: {
      bad: sigma("  temp: {Image: 'C:\\Temp\\*.exe'}\n  condition: temp\n"),
      good: sigma("  temp: {Image: 'C:\\Temp\\\\*.exe'}\n  condition: temp\n"),
    },
  },
  {
    id: 'detect/odd-field-name',
    major: 1,
    level: 'note',
    title: 'A field is spelt otherwise than in the other rules',
    why: 'Case counts in names of fields: with a slip, the field is never there.',
    fix: 'Spell it as the others do, if the log does.',
  },
  {
    id: 'detect/no-runbook',
    major: 1,
    level: 'note',
    title: 'Nothing says what to do when an urgent alert comes',
    why: 'Whoever is woken by it starts from nothing.',
    fix: 'Name a file under the key `runbook`, such as RUNBOOKS/encoded-powershell.md.',
  },
  {
    id: 'detect/dead-runbook',
    major: 1,
    level: 'error',
    title: 'A rule names a runbook that is not there',
    why: 'Whoever is woken by the alert looks for it, and starts from nothing after all.',
    fix: 'Correct the path, which is from the root, or write the runbook.',
  },
  {
    id: 'detect/target-missed',
    major: 1,
    level: 'error',
    wide: true,
    title: 'A figure misses its target',
    why: 'What was agreed on of all rules together does not hold, even where no single rule is at fault.',
    fix: 'Mend what the figure counts; the target stands under gates.detect.',
  },
] as const satisfies readonly Rule[];
