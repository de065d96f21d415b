// SPDX-License-Identifier: Apache-2.0
import type { Io } from '@helios/core/cli';
import { carryOut, namedConnector } from '@helios/core/cli/actions';
import { fail } from '@helios/core/error';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { commitOf, git, prefixOf } from '@helios/core/git';
import { readSource } from '@helios/core/input';
import type { Change } from '@helios/core/record';
import { closeEntry } from '../register/edit.ts';
import { editRegister, leaveProof, openSituation, type RunnerFlags, say, type Situation } from '../runner.ts';
import { type Closing, findClosings } from './closing.ts';

export interface CloseFlags extends RunnerFlags {
  readonly to?: string;
}

/**
 * `sec-exception auto-close`: closes what its condition says is over, in the register or by a pull request. Without
 * --apply it only says so.
 */
export async function autoClose(flags: CloseFlags, io: Io): Promise<ExitCode> {
  const situation = await openSituation(flags, io);
  const { surveyed, inputs, options, now } = situation;
  const closings = findClosings(surveyed, inputs.history, options, now);
  for (const { entry, because, proof } of closings) {
    const verb = flags.apply && flags.to === undefined ? 'closed' : 'would close';
    const { id, title } = entry.exception;
    say(io, `${verb} ${id} (${title}): ${because}, ${proof.length} in a row, the last ${proof[0] ?? ''}`);
  }
  if (closings.length === 0) {
    say(io, 'nothing to close');
    return EXIT.pass;
  }
  if (flags.to !== undefined) return propose(closings, flags.to, flags, situation, io);
  if (!flags.apply) {
    say(io, 'nothing was changed; --apply does it');
    return EXIT.pass;
  }
  const digests = new Map<string, string>();
  for (const [path, group] of byFile(closings)) {
    digests.set(path, await editRegister(situation.project.root, path, (text) => closeAll(path, text, group, now)));
  }
  await leaveProof(proofOf(closings, digests, now, 'register'), flags, situation, io);
  return EXIT.pass;
}

async function propose(
  closings: readonly Closing[],
  to: string,
  flags: CloseFlags,
  situation: Situation,
  io: Io,
): Promise<ExitCode> {
  const { project, now } = situation;
  const connector = namedConnector(project, to, io);
  if (!connector.planChange)
    fail('usage', `${to} takes no changes`, { hint: 'Name a connector to GitHub, GitLab or a file.' });
  const prefix = prefixOf(project.root);
  const texts = [...byFile(closings)].map(
    ([path, group]) => [path, closeAll(path, readSource(project.root, path).text, group, now)] as const,
  );
  const change: Change = {
    // The same exceptions make the same request, however often it is proposed.
    key: `helios/exception/auto-close/${closings.map(({ entry }) => entry.exception.id).join('+')}`,
    title: `Close ${closings.length === 1 ? closings[0]?.entry.exception.id : `${closings.length} exceptions`}: the cause is gone`,
    body: closings
      .map(({ entry, because, proof }) => `- ${entry.exception.id}: ${because} (${proof.join(', ')})`)
      .join('\n'),
    base: git(project.root, ['rev-parse', '--abbrev-ref', 'HEAD']).toString().trim(),
    parent: commitOf(project.root, 'HEAD'),
    files: new Map(texts.map(([path, text]) => [prefix + path, Buffer.from(text)])),
  };
  const effects = await connector.planChange(change);
  const exit = await carryOut(effects, { to, apply: flags.apply ?? false }, io);
  if (flags.apply && effects.length > 0) {
    const digests = new Map(texts.map(([path]) => [path, readSource(project.root, path).sha256]));
    await leaveProof(proofOf(closings, digests, now, to), flags, situation, io);
  }
  return exit;
}

function byFile(closings: readonly Closing[]): Map<string, Closing[]> {
  return Map.groupBy(closings, ({ entry }) => entry.path);
}

function closeAll(path: string, text: string, closings: readonly Closing[], now: Date): string {
  return closings.reduce(
    (before, { entry, because, proof }) =>
      closeEntry(path, before, entry.exception.id, { at: now.toISOString(), because, proof: [...proof] }),
    text,
  );
}

function proofOf(closings: readonly Closing[], subject: ReadonlyMap<string, string>, now: Date, by: string) {
  return {
    name: 'auto-close',
    kind: 'exception-closing',
    subject,
    predicate: {
      schema: 'helios/exception-closing/v1',
      at: now.toISOString(),
      by,
      closed: closings.map(({ entry, because, proof }) => ({ id: entry.exception.id, because, proof })),
    },
  };
}
