// SPDX-License-Identifier: Apache-2.0
import type { Finding } from '../finding/finding.ts';
import type { GateResult, Report } from '../gate/result.ts';
import type { ReportDocument } from './json-schema.ts';
import type { Reporter } from './reporter.ts';
import { toJson } from './sanitize.ts';

/** Everything but pictures, in the shape of `reportDocumentSchema`. */
export const json: Reporter = (report) => toJson(documentOf(report));

function documentOf({ asOf, verdict, exit, tool, gates }: Report): ReportDocument {
  return { schema: 'helios/report/v1', asOf, verdict, exit, tool, gates: gates.map(gateOf) };
}

function gateOf(result: GateResult): ReportDocument['gates'][number] {
  return {
    gate: result.gate,
    verdict: result.verdict,
    exit: result.exit,
    checked: result.checked,
    unit: result.unit,
    notChecked: result.notChecked,
    findings: result.findings.map(withoutExcerpt),
    waived: result.waived.map(withoutExcerpt),
    metrics: result.metrics,
    ...(result.scope && { scope: result.scope }),
    ...(result.error !== undefined && { error: result.error }),
  };
}

function withoutExcerpt({ excerpt: _excerpt, ...finding }: Finding): Omit<Finding, 'excerpt'> {
  return finding;
}
