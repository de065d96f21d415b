// SPDX-License-Identifier: Apache-2.0
import type { Io } from '@helios/core/cli';
import { visible } from '@helios/core/report';
import type { LoadIssue } from './falco/index.ts';
import { titleOf } from './lint/metadata.ts';
import type { Ruleset } from './ruleset.ts';

/**
 * Names the detections that mean nothing that can be asked, and returns how many: silence about what they are for would
 * look like a clean log.
 */
export function tellUnread({ problems }: Pick<Ruleset, 'problems'>, falco: readonly LoadIssue[], io: Io): number {
  const errors = falco.filter(({ level }) => level === 'error');
  const lines = [
    ...problems.map(
      ({ place, written, problem }) => `${place.path}: ${titleOf(written)}: not asked: ${problem.message}`,
    ),
    ...errors.map(({ path, code, message }) => `${path}: ${code}: ${message}`),
  ];
  io.stderr.write(lines.map((line) => `${visible(line)}\n`).join(''));
  return lines.length;
}
