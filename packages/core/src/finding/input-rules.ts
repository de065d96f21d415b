// SPDX-License-Identifier: Apache-2.0
import type { HeliosError } from '../error.ts';
import { IS_LINK } from '../input/source.ts';
import type { FindingDraft } from './draft.ts';
import type { Rule } from './rule.ts';

/** Rules that every gate has: what it was given to check must be checkable, and what was accepted must still hold. */
export const CORE_RULES = [
  {
    id: 'core/unreadable-input',
    major: 1,
    level: 'error',
    wide: true,
    title: 'A file that should be checked cannot be read',
    why: 'A gate that passes over a file it could not read says "pass" about something it never saw.',
    fix: 'Mend what the message names, or exclude the file in helios.yaml.',
  },
  {
    id: 'core/symbolic-link',
    major: 1,
    level: 'error',
    title: 'A symbolic link stands where a file is expected',
    why: 'Links are not followed, since they may lead out of the repository; what they point to is not checked here.',
    fix: 'Replace the link with the file, or exclude it in helios.yaml.',
  },
  {
    id: 'core/expired-baseline-entry',
    major: 1,
    level: 'warning',
    wide: true,
    title: 'A baseline entry is past its date',
    why: 'Its finding counts again. Dates that pass unnoticed turn into a wall of findings on an unlucky day.',
    fix: 'Mend the finding, or have its owner accept it again with a new date (`sec baseline accept`).',
  },
  {
    id: 'core/stale-baseline-entry',
    major: 1,
    level: 'warning',
    wide: true,
    title: 'A baseline entry matches no finding any more',
    why: 'A left-over entry would silently accept the same defect when it comes back.',
    fix: 'Run `sec baseline prune`.',
  },
] as const satisfies readonly Rule[];

export function unreadable(path: string, { message, detail }: HeliosError): FindingDraft {
  return {
    ruleId: message === IS_LINK ? 'core/symbolic-link' : 'core/unreadable-input',
    path,
    subject: path,
    matched: message,
    message,
    ...(detail.line !== undefined && { line: detail.line }),
    ...(detail.column !== undefined && { column: detail.column }),
    ...(detail.hint !== undefined && { remedy: detail.hint }),
  };
}
