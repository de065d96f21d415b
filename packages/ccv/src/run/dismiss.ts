// SPDX-License-Identifier: Apache-2.0
import type { Io } from '@helios/core/cli';
import { fail } from '@helios/core/error';
import { withLock } from '@helios/core/fs';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { join } from 'node:path';
import { Journal } from '../journal/journal.ts';
import { openPlace, type SessionFlags } from './session.ts';

export interface DismissFlags extends SessionFlags {
  readonly reason: string;
}

/** `sec-ccv dismiss`: somebody has put right by hand what no rollback could; the journal says so from then on. */
export async function dismiss(run: string, flags: DismissFlags, io: Io): Promise<ExitCode> {
  const { state } = await openPlace(flags, io);
  await withLock(
    join(state, 'runner.lock'),
    async () => {
      const journal = await Journal.open(join(state, 'journal.sqlite'));
      try {
        const pending = journal.unsettled().map(({ intent }) => intent.run);
        if (!pending.includes(run)) {
          const hint = pending.length === 0 ? 'None is pending.' : `Pending: ${pending.join(', ')}.`;
          fail('usage', `no rollback of a run ${run} is pending`, { hint });
        }
        journal.close({ event: 'dismissed', run, at: io.now().toISOString(), reason: flags.reason });
      } finally {
        journal.end();
      }
    },
    { timeoutMs: 0 },
  );
  io.stdout.write(`${run} counts as rolled back: ${flags.reason}\n`);
  return EXIT.pass;
}
