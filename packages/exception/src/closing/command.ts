// SPDX-License-Identifier: Apache-2.0
import type { Io } from '@helios/core/cli';
import { carryOut, namedConnector } from '@helios/core/cli/actions';
import { fail } from '@helios/core/error';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { commitOf, git, prefixOf } from '@helios/core/git';
import { readSource } from '@helios/core/input';
import { closeEntries, type End } from '../register/edit.ts';
import { editRegister, leaveProof, type RunnerFlags, say, type Situation, takeTurn } from '../runner.ts';
import { type Closing, findClosings } from './closing.ts';

export interface CloseFlags extends RunnerFlags {
  readonly to?: string;
  readonly base?: string;
}

/**
 * `sec-exception auto-close`: closes what its condition says is over, in the register or by a pull request. Without
 * --apply it only says so.
 */
export async function autoClose(flags: CloseFlags, io: Io): Promise<ExitCode> {
  return takeTurn(flags, io, (situation) => closeDue(situation, flags, io));
}

async function closeDue(situation: Situation, flags: CloseFlags, io: Io): Promise<ExitCode> {
  const { surveyed, inputs, options } = situation;
  const closings = findClosings(surveyed, inputs.history, options, situation.now);
  if (closings.length === 0) {
    say(io, 'nothing to close');
    return EXIT.pass;
  }
  if (flags.to !== undefined) return propose(closings, flags.to, flags, situation, io);
  if (flags.apply) await close(closings, flags, situation, io);
  for (const one of closings) say(io, `${flags.apply ? 'closed' : 'would close'} ${describe(one)}`);
  if (!flags.apply) say(io, 'nothing was changed; --apply does it');
  return EXIT.pass;
}

async function close(closings: readonly Closing[], flags: CloseFlags, situation: Situation, io: Io): Promise<void> {
  const digests = new Map<string, string>();
  for (const [path, group] of byFile(closings)) {
    digests.set(path, await editRegister(situation.project.root, path, (text) => closeAll(path, text, group)));
  }
  await leaveProof(proofOf(closings, digests, situation.now, 'register'), flags, situation, io);
}

async function propose(
  closings: readonly Closing[],
  to: string,
  flags: CloseFlags,
  situation: Situation,
  io: Io,
): Promise<ExitCode> {
  const { project, now } = situation;
  const { root } = project;
  const connector = namedConnector(project, to, io);
  if (!connector.planChange)
    fail('usage', `${to} takes no changes`, { hint: 'Name a connector to GitHub, GitLab or a file.' });
  const sources = [...byFile(closings)].map(([path, group]) => ({ source: readSource(root, path), group }));
  const prefix = prefixOf(root);
  const effects = await connector.planChange({
    // One request at a time: what is to be closed later joins it.
    key: 'helios/exception/auto-close',
    title: closings.length === 1 ? `Close ${closings[0]?.entry.exception.id}` : `Close ${closings.length} exceptions`,
    body: closings.map((one) => `- ${describe(one)}`).join('\n'),
    base: flags.base ?? branchOf(root),
    parent: commitOf(root, 'HEAD'),
    files: new Map(
      sources.map(({ source: { path, text }, group }) => [prefix + path, Buffer.from(closeAll(path, text, group))]),
    ),
  });
  const exit = await carryOut(effects, { to, apply: flags.apply ?? false }, io);
  if (flags.apply && effects.length > 0) {
    const digests = new Map(sources.map(({ source }) => [source.path, source.sha256]));
    await leaveProof(proofOf(closings, digests, now, to), flags, situation, io);
  }
  return exit;
}

function describe({ entry, because, proof }: Closing): string {
  const { id, title } = entry.exception;
  return `${id} (${title}): ${because}, ${proof.length} in a row, the last ${proof[0] ?? ''}`;
}

/** CI systems check a commit out, and no branch. */
function branchOf(root: string): string {
  const branch = git(root, ['rev-parse', '--abbrev-ref', 'HEAD']).toString().trim();
  return branch === 'HEAD'
    ? fail('usage', 'no branch is checked out', { hint: 'Name the branch that it is for: --base main.' })
    : branch;
}

function byFile(closings: readonly Closing[]): Map<string, Closing[]> {
  return Map.groupBy(closings, ({ entry }) => entry.path);
}

function closeAll(path: string, text: string, closings: readonly Closing[]): string {
  const ends = closings.map(({ entry, because, at, proof }): [string, End] => {
    return [entry.exception.id, { at: at.toISOString(), because, proof: [...proof] }];
  });
  return closeEntries(path, text, new Map(ends));
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
