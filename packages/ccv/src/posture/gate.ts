// SPDX-License-Identifier: Apache-2.0
import { parseConfigFile } from '@helios/core/config';
import { readRecord } from '@helios/core/evidence';
import type { Gate, LoadContext } from '@helios/core/gate';
import { parseDocuments } from '@helios/core/input';
import { CONTROL_RUN_TYPE, type ControlRun, controlRunSchema } from '@helios/core/record';
import { readModel } from '../netpol/model/model.ts';
import type { DocumentFile } from '../netpol/model/object.ts';
import { type Destination, destinationsOf, destinationsSchema } from './destinations.ts';
import { judgePosture, type Posture } from './judge.ts';
import { type Options, optionsSchema } from './options.ts';
import { POSTURE_RULES } from './rules.ts';

export const gate: Gate<typeof optionsSchema, Posture> = {
  id: 'posture',
  title: 'Workloads reach what they need, and nothing else',
  unit: 'workloads and policies',
  rules: POSTURE_RULES,
  options: optionsSchema,
  glob: '**/*.{yml,yaml,json}',
  load,
  evaluate: judgePosture,
};

async function load(context: LoadContext, options: Options): Promise<Posture> {
  const exclude = [...options.exclude, ...options.destinations];
  const files: DocumentFile[] = [];
  for (const source of context.readAll(context.files({ include: options.include, exclude }))) {
    try {
      files.push({ path: source.path, documents: await parseDocuments(source) });
    } catch (thrown) {
      context.problem(source.path, thrown);
    }
  }
  const destinations: Destination[] = [];
  for (const path of context.files({ include: options.destinations }))
    destinations.push(...destinationsOf(await parseConfigFile(context.read(path), destinationsSchema)));
  return { model: readModel(files), destinations, runs: loadRuns(context, options) };
}

/** Records are only looked for where a control is named that could have left them. */
function loadRuns(context: LoadContext, { enforcement: { control, records } }: Options): ControlRun[] {
  if (control === undefined) return [];
  return context.readAll(context.files({ include: records })).flatMap((source) => {
    try {
      const run = readRecord(source, CONTROL_RUN_TYPE, controlRunSchema);
      return run?.control === control ? [run] : [];
    } catch (thrown) {
      context.problem(source.path, thrown);
      return [];
    }
  });
}
