// SPDX-License-Identifier: Apache-2.0
import type { Finding, Level } from '../finding/finding.ts';
import type { GateResult } from '../gate/result.ts';
import type { Reporter } from './reporter.ts';
import { toJson } from './sanitize.ts';
import { obstacleOf } from './tally.ts';

type Severity = 'info' | 'minor' | 'major' | 'critical' | 'blocker';

/** An entry of GitLab's Code Quality report. */
interface Issue {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: Severity;
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

const SEVERITY: Readonly<Record<Level, Severity>> = { error: 'critical', warning: 'major', note: 'info' };

/** Open findings as GitLab Code Quality issues; a gate that judged nothing is one too, lest it look clean. */
export const gitlab: Reporter = (report) =>
  toJson(
    withUniqueFingerprints(report.gates.flatMap((gate) => [...obstacleIssues(gate), ...gate.findings.map(issueOf)])),
  );

function issueOf(finding: Finding): Issue {
  return {
    description: `${finding.message} → ${finding.remedy}`,
    check_name: finding.ruleId,
    fingerprint: finding.fingerprint,
    severity: SEVERITY[finding.level],
    location: { path: finding.location.path, lines: { begin: finding.location.line ?? 1 } },
  };
}

/** GitLab wants a place: the configuration is where a gate is pointed at its files. */
function obstacleIssues(gate: GateResult): Issue[] {
  const obstacle = obstacleOf(gate);
  if (obstacle === undefined) return [];
  return [
    {
      description: obstacle,
      check_name: `${gate.gate}/${gate.verdict}`,
      fingerprint: `${gate.gate}/${gate.verdict}`,
      severity: 'blocker',
      location: { path: 'helios.yaml', lines: { begin: 1 } },
    },
  ];
}

/** GitLab shows one issue per fingerprint, so that a second one of the same fingerprint would be lost. */
function withUniqueFingerprints(issues: readonly Issue[]): Issue[] {
  const seen = new Map<string, number>();
  return issues.map((issue) => {
    const occurrence = (seen.get(issue.fingerprint) ?? 0) + 1;
    seen.set(issue.fingerprint, occurrence);
    return occurrence === 1 ? issue : { ...issue, fingerprint: `${issue.fingerprint}-${occurrence}` };
  });
}
