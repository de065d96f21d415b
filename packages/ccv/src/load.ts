// SPDX-License-Identifier: Apache-2.0
import { parseConfigFile } from '@helios/core/config';
import { HeliosError } from '@helios/core/error';
import { readRecord } from '@helios/core/evidence';
import type { FindingDraft } from '@helios/core/finding';
import type { LoadContext } from '@helios/core/gate';
import { literalGlob, type SourceFile } from '@helios/core/input';
import {
  CONTROL_FAILURE_TYPE,
  CONTROL_RUN_TYPE,
  type ControlFailure,
  controlFailureSchema,
  type ControlRun,
  controlRunSchema,
} from '@helios/core/record';
import { readControl } from './control/load.ts';
import { servicesSchema } from './control/services.ts';
import { type EgressInputs, loadEgress } from './egress/load.ts';
import type { Recorded } from './history/failures.ts';
import { falseAlarmsSchema } from './history/false-alarms.ts';
import type { ControlFile, FalseAlarm, Known } from './history/history.ts';
import { type Baseline, baselineSchema } from './history/samples.ts';
import { type IdentityInputs, loadIdentity } from './identity/load.ts';
import type { Options } from './options.ts';

export interface Inputs {
  readonly known: Known;
  readonly baseline?: Baseline;
  /** Control files that say something else than their schema asks. */
  readonly broken: readonly FindingDraft[];
  /** helios.yaml, where there is one. */
  readonly config?: string;
  /** Absent where helios.yaml does not ask for it; so is identity. */
  readonly egress?: EgressInputs | undefined;
  readonly identity?: IdentityInputs | undefined;
}

export async function load(context: LoadContext, options: Options): Promise<Inputs> {
  const broken: FindingDraft[] = [];
  const controls: ControlFile[] = [];
  const others = [literalGlob(options.services), ...options.falseAlarms];
  const paths = context.files({ include: options.include, exclude: [...options.exclude, ...others] });
  for (const source of context.readAll(paths)) {
    try {
      controls.push({ control: await readControl(source), path: source.path });
    } catch (thrown) {
      if (!(thrown instanceof HeliosError)) throw thrown;
      broken.push(brokenControl(source.path, thrown));
    }
  }
  const { baseline } = options.regression;
  return {
    known: {
      controls,
      services: await loadServices(context, options),
      ...loadRecords(context, options),
      falseAlarms: await loadFalseAlarms(context, options),
    },
    ...(baseline !== undefined && { baseline: await parseConfigFile(context.read(baseline), baselineSchema) }),
    broken,
    ...(context.config && { config: context.config.path }),
    egress: await loadEgress(context, options.egress),
    identity: await loadIdentity(context, options.identity),
  };
}

/** Where there are neither controls nor an inventory there is nothing to check, and nothing is wrong. */
async function loadServices(context: LoadContext, { services }: Options): Promise<Known['services']> {
  const [path] = context.files({ include: [literalGlob(services)] });
  return path === undefined ? [] : (await parseConfigFile(context.read(path), servicesSchema)).services;
}

function brokenControl(path: string, { message, detail: { line = 1, column = 1, hint } }: HeliosError): FindingDraft {
  const ruleId = 'ccv/broken-control';
  return { ruleId, path, line, column, subject: path, message, ...(hint !== undefined && { remedy: hint }) };
}

/** Records of other types may lie in the same folder. A broken one is a finding: it may have been a failure. */
function loadRecords(context: LoadContext, options: Options): Pick<Known, 'runs' | 'records'> {
  const runs: Recorded<ControlRun>[] = [];
  const records: Recorded<ControlFailure>[] = [];
  for (const source of context.readAll(context.files({ include: options.records, ignored: true }))) {
    try {
      const run = readRecord(source, CONTROL_RUN_TYPE, controlRunSchema);
      const failure = readRecord(source, CONTROL_FAILURE_TYPE, controlFailureSchema);
      if (run) runs.push(recorded(run, source));
      if (failure) records.push(recorded(failure, source));
    } catch (thrown) {
      context.problem(source.path, thrown);
    }
  }
  return { runs, records };
}

function recorded<T>(predicate: T, { path, sha256 }: SourceFile): Recorded<T> {
  return { ...predicate, path, sha256 };
}

async function loadFalseAlarms(context: LoadContext, { falseAlarms }: Options): Promise<FalseAlarm[]> {
  const all: FalseAlarm[] = [];
  for (const path of context.files({ include: falseAlarms })) {
    const { alarms } = await parseConfigFile(context.read(path), falseAlarmsSchema);
    all.push(...alarms.map(({ run }, index) => ({ run, path, index })));
  }
  return all;
}
