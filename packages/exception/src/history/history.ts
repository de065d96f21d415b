// SPDX-License-Identifier: Apache-2.0
import type { ResultDocument } from '@helios/core/evidence';
import { beginOf, type Exception, keysOfFinding, keysOfScope } from '@helios/core/finding';
import type { ControlRun } from '@helios/core/record';

/** One recorded run of gates, ready to be asked about exceptions. */
export interface Run {
  readonly at: Date;
  /** Its document, relative to the evidence folder. */
  readonly path: string;
  readonly gates: readonly GateRun[];
}

/** What one gate found in a run that looked at everything. */
export interface GateRun {
  readonly rules: ReadonlySet<string>;
  readonly inputs: ReadonlySet<string>;
  /** Keys of the findings that counted. */
  readonly open: ReadonlySet<string>;
  /** Keys of the findings that were suppressed, by whatever. */
  readonly suppressed: ReadonlySet<string>;
  /** Ids of the exceptions that suppressed anything. */
  readonly used: ReadonlySet<string>;
  /** Files that the gate could not judge, or judged in part. */
  readonly unjudged: ReadonlySet<string>;
}

/** What there is to know about the past. */
export interface History {
  /** The earliest first. */
  readonly runs: readonly Run[];
  /** The earliest first. */
  readonly controls: readonly ControlRun[];
  /** Paths of scopes whose file is not there any more. */
  readonly gone: ReadonlySet<string>;
}

export function gateRunOf(result: ResultDocument): GateRun {
  const digests = new Map(result.inputs.map(({ path, sha256 }) => [path, sha256]));
  const keysOf = (findings: ResultDocument['findings']): Set<string> =>
    // Optional fields of the document may be undefined; the keys ask only for those that are always there.
    new Set(
      findings.flatMap(({ ruleId, level, message, location, subject, fingerprint, remedy, references }) =>
        keysOfFinding(
          {
            ruleId,
            level,
            message,
            location: { path: location.path },
            subject,
            fingerprint,
            remedy,
            references: references ?? [],
          },
          digests.get(location.path),
        ),
      ),
    );
  return {
    rules: new Set(result.rules.map(({ id }) => id)),
    inputs: new Set(digests.keys()),
    open: keysOf(result.findings),
    suppressed: keysOf(result.waived),
    used: new Set(result.waived.flatMap(({ suppression }) => (suppression?.kind === 'waived' ? [suppression.by] : []))),
    unjudged: new Set(result.findings.flatMap(({ ruleId, location }) => (isCore(ruleId) ? [location.path] : []))),
  };
}

/** Findings that a file could not be read: what else it holds is unknown. */
function isCore(ruleId: string): boolean {
  return ruleId === 'core/unreadable-input' || ruleId === 'core/symbolic-link';
}

/**
 * - green: the rule ran on what the exception is about, and found nothing
 * - matched: it found it, and the finding was suppressed
 * - counted: it found it, and the finding counted all the same
 * - skipped: nothing shows that the rule ran there, so the run says nothing
 */
export type Outcome = 'green' | 'matched' | 'counted' | 'skipped';

/** `keys` are those of its scope. */
export function outcomeOf(
  { id, scope: { rule, path } }: Exception,
  keys: readonly string[],
  { gates }: Run,
  gone: ReadonlySet<string>,
): Outcome {
  const ran = gates.filter(({ rules }) => rule !== undefined && rules.has(rule));
  const found = (among: 'open' | 'suppressed'): boolean => ran.some((gate) => keys.some((key) => gate[among].has(key)));
  if (found('open')) return 'counted';
  if (found('suppressed') || ran.some(({ used }) => used.has(id))) return 'matched';
  const looked = ran.some(({ inputs, unjudged }) => {
    if (path === undefined) return unjudged.size === 0;
    return (inputs.has(path) && !unjudged.has(path)) || gone.has(path);
  });
  return looked ? 'green' : 'skipped';
}

/** A run that shows something. */
export interface Witness {
  readonly at: Date;
  /** Where it can be looked up. */
  readonly name: string;
}

/** What the past says of one exception since it was approved. */
export interface Usage {
  /** The runs that were green in a row, the latest first; runs that tell nothing are passed over. */
  readonly green: readonly Witness[];
  /** Of the latest run that tells anything. */
  readonly last?: Outcome;
}

/** Looks back from `asOf` to the first run that was not green: what was before it does not matter any more. */
export function usageOf(exception: Exception, history: History, asOf: Date): Usage {
  const green: Witness[] = [];
  let last: Outcome | undefined;
  for (const { outcome, ...witness } of outcomesBefore(exception, history, asOf)) {
    last ??= outcome;
    if (outcome !== 'green') break;
    green.push(witness);
  }
  return { green, ...(last && { last }) };
}

/** The latest first; those that tell nothing are left out. */
function* outcomesBefore(
  exception: Exception,
  history: History,
  asOf: Date,
): Generator<Witness & { readonly outcome: Outcome }> {
  const { approved, scope, aliases } = exception;
  if (approved === undefined) return;
  const [from, to] = [beginOf(approved).getTime(), asOf.getTime()];
  if (scope.control !== undefined) {
    for (const run of controlRuns(history, scope.control, scope.service, from, to).reverse()) {
      yield { outcome: isPass(run) ? 'green' : 'matched', ...witnessOf(run) };
    }
    return;
  }
  const keys = keysOfScope(scope, aliases);
  for (let index = history.runs.length - 1; index >= 0; index--) {
    const run = history.runs[index];
    if (!run || run.at.getTime() < from) return;
    const outcome = run.at.getTime() > to ? 'skipped' : outcomeOf(exception, keys, run, history.gone);
    if (outcome !== 'skipped') yield { outcome, at: run.at, name: run.path };
  }
}

/** Runs of a control between two instants that came to a result, each once and as it was last recorded. */
export function controlRuns(
  { controls }: History,
  control: string,
  service: string | undefined,
  from: number,
  to: number,
): ControlRun[] {
  const telling = controls.filter((run) => {
    const at = Date.parse(run.finished);
    const same = run.control === control && (service === undefined || run.service === service);
    return same && from <= at && at <= to && (isPass(run) || hasFailed(run));
  });
  // A rollback that was made up for later leaves a second record of the run.
  return [...new Map(telling.map((run) => [run.run ?? witnessOf(run).name, run])).values()];
}

/** "The rollback returned 0" is no proof: a control whose rollback is not known to hold has not passed. */
export function isPass(run: ControlRun): boolean {
  return run.outcome === 'pass' && !hasFailed(run);
}

function hasFailed({ outcome, rollback }: ControlRun): boolean {
  return outcome === 'fail' || rollback?.verified === false;
}

export function witnessOf({ control, service, finished }: ControlRun): Witness {
  return { at: new Date(finished), name: `${control} in ${service}, ${finished}` };
}
