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

export function outcomeOf(exception: Exception, { gates }: Run, gone: ReadonlySet<string>): Outcome {
  const { rule, path } = exception.scope;
  const ran = gates.filter(({ rules }) => rule !== undefined && rules.has(rule));
  const keys = keysOfScope(exception.scope, exception.aliases);
  const found = (among: 'open' | 'suppressed'): boolean => ran.some((gate) => keys.some((key) => gate[among].has(key)));
  if (found('open')) return 'counted';
  if (found('suppressed') || ran.some(({ used }) => used.has(exception.id))) return 'matched';
  const looked = ran.some(({ inputs, unjudged }) => {
    if (path === undefined) return unjudged.size === 0;
    return (inputs.has(path) && !unjudged.has(path)) || gone.has(path);
  });
  return looked ? 'green' : 'skipped';
}

/** What the past says of one exception since it was approved. */
export interface Usage {
  /** Runs that tell. */
  readonly ran: number;
  readonly matched: number;
  /** How many of the last runs in a row were green; runs that tell nothing are passed over. */
  readonly green: number;
  readonly last: Outcome | undefined;
  /** The runs that `green` counts, the latest first. */
  readonly proof: readonly string[];
}

export function usageOf(exception: Exception, history: History, asOf: Date): Usage {
  const outcomes = outcomesOf(exception, history, asOf);
  const red = outcomes.findLastIndex(({ outcome }) => outcome !== 'green');
  const green = outcomes.slice(red + 1);
  return {
    ran: outcomes.length,
    matched: outcomes.filter(({ outcome }) => outcome === 'matched').length,
    green: green.length,
    last: outcomes.at(-1)?.outcome,
    proof: green.map(({ path }) => path).reverse(),
  };
}

function outcomesOf(exception: Exception, history: History, asOf: Date): { outcome: Outcome; path: string }[] {
  const { approved, scope } = exception;
  if (approved === undefined) return [];
  const [from, to] = [beginOf(approved).getTime(), asOf.getTime()];
  const isWithin = (at: Date): boolean => from <= at.getTime() && at.getTime() <= to;
  if (scope.control !== undefined) {
    return controlRuns(history, scope.control, scope.service)
      .filter(({ finished, outcome }) => isWithin(new Date(finished)) && (outcome === 'pass' || outcome === 'fail'))
      .map((run) => ({ outcome: isPass(run) ? 'green' : 'matched', path: nameOfControlRun(run) }));
  }
  return history.runs
    .filter(({ at }) => isWithin(at))
    .map((run) => ({ outcome: outcomeOf(exception, run, history.gone), path: run.path }))
    .filter(({ outcome }) => outcome !== 'skipped');
}

export function controlRuns({ controls }: History, control: string, service: string | undefined): ControlRun[] {
  return controls.filter((run) => run.control === control && (service === undefined || run.service === service));
}

/** "The rollback returned 0" is no proof: a control whose rollback is not known to hold has not passed. */
export function isPass({ outcome, rollback }: ControlRun): boolean {
  return outcome === 'pass' && rollback?.verified !== false;
}

export function nameOfControlRun({ control, service, finished }: ControlRun): string {
  return `${control} in ${service}, ${finished}`;
}
