// SPDX-License-Identifier: Apache-2.0
import { isAbsolute, relative } from 'node:path';
import type { RunnerRecord } from '@helios/core/evidence';
import type { Connector, Effect } from '@helios/core/net';
import { CONTROL_FAILURE_TYPE, type ControlFailure } from '@helios/core/record';
import { type Failure, hasPassed } from '../history/failures.ts';
import type { History } from '../history/history.ts';
import { issueOf, KEY_PREFIX, type OwnedFailure } from './ownership.ts';

export interface FailurePlan {
  /** In the order in which they are carried out. */
  readonly effects: readonly Effect[];
  /** Issues that stay open though no failure is known: no run on record shows that their control passes. */
  readonly kept: readonly Effect[];
}

/** What opening and closing needs beside the connector. */
interface Surroundings {
  readonly planIssues: NonNullable<Connector['planIssues']>;
  /** Name of the connector, for issues whose address is not told. */
  readonly to: string;
  /** Of the repository; what lies below it is named from there. */
  readonly root: string;
  readonly leave: (record: RunnerRecord) => Promise<string>;
}

/**
 * Brings issues and records in line with the failures there are. Each issue is followed by its record, so that whoever
 * is stopped between the two finds the issue again next time, and adds the record.
 */
export async function planFailures(
  owned: readonly OwnedFailure[],
  history: History,
  { planIssues, to, root, leave }: Surroundings,
): Promise<FailurePlan> {
  const planned = await planIssues(owned.map(issueOf), KEY_PREFIX);
  // Runs of other machines may be missing here: only a pass on record closes an issue, never the lack of a failure.
  const passed = new Set(history.runs.filter(hasPassed).map(({ control }) => KEY_PREFIX + control));
  const [kept, effects] = split(planned, ({ action, key }) => action === 'close' && !passed.has(key));
  const wanted = [
    ...owned.filter(isNews).map((own) => ({ key: own.key, failure: own.failure, told: toldOf(own, history.asOf) })),
    ...history.failures.flatMap(closingOf(history.asOf)),
  ];
  const follow = new Map(Map.groupBy(wanted, ({ key }) => key));
  const withRecords = effects.map((effect): Effect => {
    const records = follow.get(effect.key) ?? [];
    follow.delete(effect.key);
    return records.length === 0
      ? effect
      : {
          ...effect,
          async apply() {
            const where = await effect.apply();
            const address = isAbsolute(where) ? relative(root, where) : where;
            for (const { told, failure } of records) await leave(recordOf(failure, { where: address, ...told }));
            return where;
          },
        };
  });
  const alone = [...follow.values()].flat().map(({ key, failure, told }): Effect => {
    const apply = (): Promise<string> => leave(recordOf(failure, { where: `${to}: ${key}`, ...told }));
    return {
      action: told.closed ? 'close' : 'create',
      what: 'record of a failure',
      key,
      title: failure.control,
      apply,
    };
  });
  return { effects: [...withRecords, ...alone], kept };
}

type Told = Omit<ControlFailure, 'schema' | 'control' | 'service' | 'run' | 'opened' | 'where'> & {
  readonly where?: string;
};

/** Nobody was told, or of something else. */
function isNews({ failure: { record }, owner, expires, rollbackPlan }: OwnedFailure): boolean {
  return record?.owner !== owner || record.expires !== expires || record.rollbackPlan !== rollbackPlan;
}

function toldOf({ key, owner, expires, rollbackPlan, failure: { record } }: OwnedFailure, asOf: Date): Told {
  const recorded = asOf.toISOString();
  return { key, owner, expires, rollbackPlan, recorded, ...(record && { where: record.where }) };
}

/** The last word on a failure that is over. */
function closingOf(asOf: Date) {
  return (failure: Failure): { key: string; failure: Failure; told: Told }[] => {
    const { record, closed } = failure;
    if (!record || record.closed || !closed) return [];
    const { key, owner, expires, rollbackPlan, where } = record;
    const end = { at: closed.at.toISOString(), run: closed.run };
    return [
      { key, failure, told: { key, owner, expires, rollbackPlan, where, recorded: asOf.toISOString(), closed: end } },
    ];
  };
}

function recordOf({ control, service, run, opened }: Failure, told: Told & { where: string }): RunnerRecord {
  const predicate: ControlFailure = {
    schema: 'helios/control-failure/v1',
    control,
    service,
    run: run.sha256,
    opened: opened.toISOString(),
    ...told,
  };
  return {
    area: 'ccv',
    name: `failure-${control}`,
    predicateType: CONTROL_FAILURE_TYPE,
    subject: [{ name: run.path, digest: { sha256: run.sha256 } }],
    predicate,
  };
}

function split<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
