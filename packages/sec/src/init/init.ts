// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Io } from '@helios/core/cli';
import { shown } from '@helios/core/cli/actions';
import { fail } from '@helios/core/error';
import { writeFileAtomic } from '@helios/core/fs';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { diffOf, type Plan, planInit, type PlannedFile } from './plan.ts';

export interface InitFlags {
  readonly yes?: boolean;
}

/** `sec init`: shows what it would write, asks, and writes all of it; what people wrote is never changed but added to. */
export async function init(folder: string, flags: InitFlags, io: Io): Promise<ExitCode> {
  const root = folderOf(folder, io);
  const plan = await planInit(root);
  for (const line of plan.found) io.stdout.write(`${shown(line)}\n`);
  if (plan.files.length === 0) {
    io.stdout.write('✔ everything is there already\n');
    return EXIT.pass;
  }
  io.stdout.write(`\n${diffOf(plan).split('\n').map(shown).join('\n')}\n`);
  if (!flags.yes && !(await agreed(plan, io))) {
    io.stdout.write('nothing was written\n');
    return EXIT.pass;
  }
  for (const file of plan.files) requireUnchanged(root, file);
  for (const { path, after } of plan.files) await writeFileAtomic(join(root, path), after);
  io.stdout.write(`✔ ${plan.files.length} files written\nnext:\n${plan.advice.map((step) => `  ${step}\n`).join('')}`);
  return EXIT.pass;
}

function folderOf(folder: string, io: Io): string {
  const absolute = resolve(io.cwd, folder);
  if (!existsSync(absolute) || !statSync(absolute).isDirectory()) {
    fail('usage', `${folder} is no folder`, { hint: 'Name the folder of a repository, or stand in it.' });
  }
  return realpathSync(absolute);
}

async function agreed({ files }: Plan, io: Io): Promise<boolean> {
  if (!io.ask) {
    return fail('usage', 'there is nobody to ask whether to write this', {
      hint: 'Give --yes, or run it at a terminal.',
    });
  }
  const answer = await io.ask(`Write ${files.length === 1 ? 'this file' : `these ${files.length} files`}? [y/N] `);
  return /^y(es)?$/i.test(answer?.trim() ?? '');
}

/** Somebody may have gone on working while the question stood. */
function requireUnchanged(root: string, { path, before }: PlannedFile): void {
  const file = join(root, path);
  const now = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  if (now !== before) fail('usage', 'was changed in the meantime', { path, hint: 'Run sec init again.' });
}
