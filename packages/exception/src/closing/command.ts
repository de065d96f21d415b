// SPDX-License-Identifier: Apache-2.0
import type { Io } from '@helios/core/cli';
import { carryOut, namedConnector } from '@helios/core/cli/actions';
import { fail } from '@helios/core/error';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { commitOf, git, prefixOf } from '@helios/core/git';
import { canonicalJson } from '@helios/core/hash';
import { readSource } from '@helios/core/input';
import { changeRegister, type RegisterChange, withProof } from '../register/change.ts';
import { closeEntries, type End } from '../register/edit.ts';
import { readOwed } from '../register/owed.ts';
import { type Proof, type RunnerFlags, say, type Situation } from '../runner.ts';
import { takeTurn } from '../turn.ts';
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
  for (const [path, group] of byFile(closings)) {
    const change: RegisterChange = {
      path,
      edit: (text) => closeAll(path, text, group),
      marks: group.map((one) => ({ id: one.entry.exception.id, end: canonicalJson(endOf(one)) })),
      prove: (sha256) => proofOf(group, { [path]: sha256 }, situation.now, 'register'),
    };
    await changeRegister(change, flags, situation, io);
  }
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
  const carry = (): Promise<ExitCode> => carryOut(effects, { to, apply: flags.apply ?? false }, io);
  if (!flags.apply) return carry();
  const digests = Object.fromEntries(sources.map(({ source }) => [source.path, source.sha256]));
  // Where there is nothing to do, it may be a run that was killed that has done it.
  const proof = effects.length > 0 ? proofOf(closings, digests, now, to) : await owedTo(to, situation);
  return proof ? withProof({ proof, marks: [] }, flags, situation, io, carry) : carry();
}

/** The proof of a proposal to a connector, of a run that was killed before it left it. */
async function owedTo(to: string, situation: Situation): Promise<Proof | undefined> {
  const owed = await readOwed(situation);
  return owed?.proof.predicate['by'] === to ? owed.proof : undefined;
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
  return closeEntries(path, text, new Map(closings.map((one) => [one.entry.exception.id, endOf(one)])));
}

function endOf({ at, because, proof }: Closing): End {
  return { at: at.toISOString(), because, proof: [...proof] };
}

function proofOf(closings: readonly Closing[], subject: Proof['subject'], now: Date, by: string): Proof {
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
