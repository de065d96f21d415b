// SPDX-License-Identifier: Apache-2.0
import { basename } from 'node:path';
import type { Io } from '@helios/core/cli';
import { carryOut, namedConnector, type SendFlags } from '@helios/core/cli/actions';
import { loadProject } from '@helios/core/config';
import { fail } from '@helios/core/error';
import { type RecordedRun, readRun } from '@helios/core/evidence';
import { EXIT, type ExitCode, type GateResult, type Report } from '@helios/core/gate';
import type { Effect } from '@helios/core/net';
import type { Alert, Check } from '@helios/core/record';
import { levelsOf, mostSevereFirst, REPORTERS } from '@helios/core/report';
import { type EvidenceFlags, evidencePath, evidenceSettings } from '../evidence/settings.ts';
import { loadGates } from '../gates.ts';
import { recordedReport } from '../report/recorded.ts';

export interface SendRunFlags extends SendFlags, EvidenceFlags {
  readonly commit?: string;
}

/** `sec send run`: tells a recorded run to a connector: as a check on its commit, as an alert for each gate, or both. */
export async function sendRun(file: string | undefined, flags: SendRunFlags, io: Io): Promise<ExitCode> {
  const { folder } = await evidenceSettings(flags, io);
  const project = await loadProject({ cwd: io.cwd });
  const connector = namedConnector(project, flags.to, io);
  const run = readRun(folder, file === undefined ? undefined : evidencePath(folder, file, io));
  const report = recordedReport(run, new Map((await loadGates()).map((gate) => [gate.id, gate])));
  const commit = flags.commit ?? run.facts.commit ?? io.env['GITHUB_SHA'] ?? io.env['CI_COMMIT_SHA'];
  const source = run.facts.resourceUri ?? basename(project.root);
  const effects: Effect[] = [];
  if (connector.planCheck) effects.push(...(await connector.planCheck(checkOf(report, commit))));
  for (const gate of connector.planAlert ? report.gates : []) {
    effects.push(...((await connector.planAlert?.(alertOf(gate, run, source))) ?? []));
  }
  if (!connector.planCheck && !connector.planAlert)
    fail('usage', `${flags.to} takes neither checks nor alerts`, { hint: 'Name a connector of another kind.' });
  return carryOut(effects, flags, io);
}

function checkOf(report: Report, commit: string | undefined): Check {
  const findings = mostSevereFirst(report.gates.flatMap((gate) => gate.findings));
  return {
    key: 'helios/run',
    name: 'Helios',
    commit:
      commit ??
      fail('usage', 'the run was not recorded with a commit, so there is nothing to attach a check to', {
        hint: 'Name it with --commit; a run records its own where the work tree is clean.',
      }),
    conclusion: report.exit === EXIT.pass ? 'success' : 'failure',
    title: levelsOf(findings),
    summary: REPORTERS.markdown(report, {
      color: false,
      width: Infinity,
      pathPrefix: '',
      quiet: false,
      perRule: Infinity,
    }),
    findings,
  };
}

function alertOf(
  { gate, exit, verdict, findings, error }: GateResult,
  { facts, document }: RecordedRun,
  source: string,
): Alert {
  const failing = exit !== EXIT.pass;
  return {
    schema: 'helios/alert/v1',
    key: `${source} ${gate}`,
    action: failing ? 'trigger' : 'resolve',
    severity: verdict === 'error' ? 'critical' : failing ? 'error' : 'info',
    summary: failing ? `${gate}: ${error ?? levelsOf(findings)}` : `${gate} passes`,
    source,
    details: {
      verdict,
      'as of': document.asOf,
      ...(facts.commit !== undefined && { commit: facts.commit }),
      ...(facts.invocation !== undefined && { job: facts.invocation }),
    },
  };
}
