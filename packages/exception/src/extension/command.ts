// SPDX-License-Identifier: Apache-2.0
import type { Io } from '@helios/core/cli';
import { nearestOf } from '@helios/core/config';
import { fail } from '@helios/core/error';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { changeRegister, type RegisterChange } from '../register/change.ts';
import { appendEntry } from '../register/edit.ts';
import { type RunnerFlags, say, type Situation } from '../runner.ts';
import { takeTurn } from '../turn.ts';
import { extensionOf, type Request } from './extend.ts';

export interface ExtendFlags extends RunnerFlags, Request {}

/** `sec-exception extend`: adds an entry that continues another. Without --apply it only says which. */
export async function extend(id: string, flags: ExtendFlags, io: Io): Promise<ExitCode> {
  return takeTurn(flags, io, (situation) => extendEntry(id, situation, flags, io));
}

async function extendEntry(id: string, situation: Situation, flags: ExtendFlags, io: Io): Promise<ExitCode> {
  const { inputs, options, now } = situation;
  const { entries } = inputs.register;
  const before = entries.find(({ exception }) => exception.id === id);
  if (!before) {
    const nearest = nearestOf(
      id,
      entries.map(({ exception }) => exception.id),
    );
    return fail('usage', `no exception ${id}`, {
      hint: nearest ? `Did you mean ${nearest}?` : 'Name one of the register.',
    });
  }
  const extension = extensionOf(before, flags, entries, options, now);
  const verb = flags.apply ? 'added' : 'would add';
  say(io, `${verb} ${extension.id} (${extension.state}), which continues ${id} until ${extension.expires}`);
  if (!flags.apply) {
    say(io, 'nothing was changed; --apply does it');
    return EXIT.pass;
  }
  const predicate = {
    schema: 'helios/exception-extension/v1',
    at: now.toISOString(),
    previous: id,
    exception: { ...extension },
  };
  const change: RegisterChange = {
    path: before.path,
    edit: (text) => appendEntry(before.path, text, extension),
    marks: [{ id: extension.id }],
    prove: (sha256) => ({ name: 'extend', kind: 'exception-extension', subject: { [before.path]: sha256 }, predicate }),
  };
  await changeRegister(change, flags, situation, io);
  return EXIT.pass;
}
