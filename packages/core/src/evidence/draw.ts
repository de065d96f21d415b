// SPDX-License-Identifier: Apache-2.0
import { visible } from '../report/index.ts';
import type { EvidenceView, GateView, RecordView, RunView, StatementView } from './show.ts';

/** Enough to recognise a digest by eye; the whole one stands in the file. */
const SHOWN_DIGITS = 12;

/** A view as lines for a person: run, gates, statements, results, inputs. Ends in a line feed. */
export function drawEvidence({ run, record, gates }: EvidenceView): string {
  const rows = gates.flatMap((gate, index) => drawGate(gate, index === gates.length - 1));
  const lines = [...(run ? drawRun(run) : []), ...(record ? drawRecord(record) : []), ...rows];
  return lines.map((line) => `${visible(line)}\n`).join('');
}

function drawRun({ path, sha256, document, rollup, facts, sealed }: RunView): string[] {
  const { verdict, exit, asOf, tool } = document;
  return [
    `run ${verdict} (exit ${exit}) as of ${asOf}`,
    `  document   ${named(path, sha256)}`,
    `  roll-up    ${signed(rollup)}`,
    `  sealed     ${placeOf(sealed)}`,
    `  verified   ${facts.timeVerified} in ${facts.durationMs} ms by ${tool.name} ${tool.version}, Node ${facts.node} on ${facts.platform}`,
    `  judged     ${facts.resourceUri ?? 'the work tree'}${facts.commit === undefined ? '' : ` at commit ${facts.commit}`}`,
  ];
}

function drawRecord({ statement, document, sealed }: RecordView): string[] {
  const about = document.subject.map(({ name, digest }) => `  about      ${named(name, digest.sha256)}`);
  const said = Object.entries(document.predicate).map(([key, value]) => `  ${key.padEnd(10)} ${JSON.stringify(value)}`);
  return [
    `record ${document.predicateType}`,
    `  statement  ${signed(statement)}`,
    `  sealed     ${placeOf(sealed)}`,
    ...about,
    ...said,
  ];
}

function placeOf(sealed: RunView['sealed']): string {
  return sealed ? `entry ${sealed.index} of ${sealed.size} in ${sealed.origin}` : 'in no log';
}

function drawGate({ gate, verdict, proof }: GateView, last: boolean): string[] {
  const head = `${last ? '└─' : '├─'} ${gate} ${verdict}`;
  if (!proof) return [`${head}: it crashed and left no statement`];
  const indent = last ? '   ' : '│  ';
  const { statement, result, inputs } = proof;
  return [
    head,
    `${indent}statement  ${signed(statement)}`,
    `${indent}result     ${named(result.path, result.sha256)}`,
    `${indent}           ${proof.checked} ${proof.unit} checked, ${proof.findings} open findings, ${proof.waived} waived`,
    `${indent}inputs     ${inputs.files} files  sha256 ${short(inputs.sha256)}`,
  ];
}

function signed(statement: StatementView): string {
  const signers = statement.signedBy.map((who) => (who === 'certificate' ? 'a certificate' : `key ${short(who)}`));
  return `${named(statement.path, statement.sha256)}  ${signers.length === 0 ? 'unsigned' : `signed by ${signers.join(' and ')}`}`;
}

const named = (path: string, sha256: string): string => `${path}  sha256 ${short(sha256)}`;
const short = (digest: string): string => digest.slice(0, SHOWN_DIGITS);
