// SPDX-License-Identifier: Apache-2.0
import type { infer as Infer, ZodObject } from 'zod';
import { gateSettings, loadProject, type Project } from '../config/index.ts';
import { fail } from '../error.ts';
import type { Gate } from '../gate/gate.ts';
import { openDerived } from '../gate/derived.ts';
import { createLoadContext } from '../gate/load-context.ts';
import type { InputDigest } from '../gate/result.ts';
import { cacheDirectory } from './directories.ts';
import type { Io } from './io.ts';

interface LoadedGate<Schema extends ZodObject, Inputs> {
  readonly project: Project;
  readonly options: Infer<Schema>;
  readonly inputs: Inputs;
  /** All that was read for it. */
  readonly read: readonly InputDigest[];
}

/**
 * What a gate would judge, for runners that draw or list instead of judging. A file that cannot be read ends it
 * (HeliosError `input`): a picture with a hole would not say so.
 */
export async function loadInputs<Schema extends ZodObject, Inputs>(
  gate: Gate<Schema, Inputs>,
  flags: { readonly config?: string },
  io: Pick<Io, 'cwd' | 'env'>,
): Promise<LoadedGate<Schema, Inputs>> {
  const project = await loadProject({ cwd: io.cwd, ...flags });
  // gateSettings has parsed them with the gate's own schema.
  const options = (await gateSettings(project, gate)).options as Infer<Schema>;
  const derived = openDerived(cacheDirectory(io.env, project.root), gate.id);
  const context = createLoadContext({ root: project.root, config: project.file, derived });
  const inputs = await gate.load(context, options);
  const { problems, inputs: read } = context.finish();
  const [problem] = problems;
  if (problem) {
    fail('input', problem.message, {
      path: problem.path,
      line: problem.line,
      column: problem.column,
      hint: problem.remedy,
    });
  }
  await derived.save();
  return { project, options, inputs, read };
}
