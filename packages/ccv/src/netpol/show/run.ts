// SPDX-License-Identifier: Apache-2.0
import type { Io } from '@helios/core/cli';
import { writeOutput } from '@helios/core/cli/actions';
import { fail } from '@helios/core/error';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { visible } from '@helios/core/report';
import { subtract } from '../connect/ports.ts';
import type { Model } from '../model/model.ts';
import { nameWorkload } from '../model/workload.ts';
import { caveatsOf } from './caveats.ts';
import { changesBetween, connectionsOf } from './connections.ts';
import { DIFF_FORMATS, LIST_FORMATS } from './list.ts';
import { loadModel, loadModelAt } from './source.ts';

interface Flags {
  readonly config?: string;
  readonly output?: string;
}

export interface ListFlags extends Flags {
  readonly format: string;
}

export interface DiffFlags extends ListFlags {
  readonly base?: string;
}

/** `sec-ccv netpol list` */
export async function listConnections(path: string | undefined, flags: ListFlags, io: Io): Promise<ExitCode> {
  const format = formatOf(LIST_FORMATS, flags.format);
  const model = await loadModel(path, flags, io);
  const caveats = tellCaveats([model], io);
  await writeOutput(format({ connections: connectionsOf(model), caveats }), flags.output, 'the list', io);
  return model.workloads.length === 0 ? EXIT.nothingChecked : EXIT.pass;
}

/** `sec-ccv netpol diff`: exit 1 where the change opens what was closed before. */
export async function diffConnections(paths: readonly string[], flags: DiffFlags, io: Io): Promise<ExitCode> {
  const format = formatOf(DIFF_FORMATS, flags.format);
  const [before, after] = await bothOf(paths, flags, io);
  const changes = changesBetween(before, after);
  const caveats = tellCaveats([before, after], io);
  await writeOutput(format({ changes, caveats }), flags.output, 'the differences', io);
  if (before.workloads.length + after.workloads.length === 0) return EXIT.nothingChecked;
  return changes.some(({ before: old, after: now }) => subtract(now, old).length > 0) ? EXIT.fail : EXIT.pass;
}

async function bothOf(paths: readonly string[], flags: DiffFlags, io: Io): Promise<[Model, Model]> {
  const [first, second, ...rest] = paths;
  if (flags.base !== undefined && first === undefined)
    return [await loadModelAt(flags.base, flags, io), await loadModel(undefined, flags, io)];
  if (flags.base === undefined && second !== undefined && rest.length === 0)
    return [await loadModel(first, flags, io), await loadModel(second, flags, io)];
  return fail('usage', 'needs two things to compare', {
    hint: 'Name two folders (before and after), or a commit with --base.',
  });
}

/** `sec-ccv netpol graph` */
export async function drawConnections(path: string | undefined, flags: Flags, io: Io): Promise<ExitCode> {
  const model = await loadModel(path, flags, io);
  const caveats = tellCaveats([model], io);
  const names = [...new Set(model.workloads.map(nameWorkload))].sort();
  const { drawGraph } = await import('./picture.ts');
  await writeOutput(drawGraph(names, connectionsOf(model), caveats), flags.output, 'the picture', io);
  return model.workloads.length === 0 ? EXIT.nothingChecked : EXIT.pass;
}

function formatOf<Format>(formats: Readonly<Record<string, Format>>, name: string): Format {
  const format = Object.hasOwn(formats, name) ? formats[name] : undefined;
  return (
    format ?? fail('usage', `unknown format "${name}"`, { hint: `Known formats: ${Object.keys(formats).join(', ')}.` })
  );
}

function tellCaveats(models: readonly Model[], io: Io): string[] {
  const caveats = [...new Set(models.flatMap(caveatsOf))];
  // An exit code alone is easily missed.
  if (models.every(({ workloads }) => workloads.length === 0))
    io.stderr.write('no manifest of a Pod, or of what makes Pods, was found\n');
  for (const caveat of caveats) io.stderr.write(`${visible(caveat)}\n`);
  return caveats;
}
