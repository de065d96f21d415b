// SPDX-License-Identifier: Apache-2.0
import type { EvidenceView, GateView, RunView, StatementView } from '@helios/core/evidence';
import { type Markup, markup, type Section, table } from '@helios/core/report';

/** What a run read, decided, signed and sealed, with whole digests: they are there to be compared. */
export function chainSection({ run, gates }: EvidenceView): Section {
  const id = 'evidence';
  const body = markup`${run ? runMarkup(run) : ''}${table(id, ['Gate', 'Read', 'Decided', 'Stated'], gates.map(gateRow))}`;
  return { id, title: 'Evidence', body, style: STYLE };
}

function runMarkup({ path, sha256, document, rollup, facts, sealed }: RunView): Markup {
  const rows: readonly (readonly [string, Markup | string])[] = [
    ['Run', named(path, sha256)],
    ['Roll-up', signed(rollup)],
    ['Sealed', sealed ? `entry ${sealed.index} of ${sealed.size} in ${sealed.origin}` : 'in no log'],
    [
      'Verified',
      `${facts.timeVerified} in ${facts.durationMs} ms by ${document.tool.name} ${document.tool.version}, Node ${facts.node} on ${facts.platform}`,
    ],
    [
      'Judged',
      `${facts.resourceUri ?? 'the work tree'}${facts.commit === undefined ? '' : ` at commit ${facts.commit}`}`,
    ],
    ...(facts.invocation === undefined ? [] : [['Run by', facts.invocation] as const]),
  ];
  return markup`<dl>${rows.map(([term, meaning]) => markup`<dt>${term}</dt><dd>${meaning}</dd>\n`)}</dl>`;
}

function gateRow({ gate, verdict, proof }: GateView): Markup {
  if (!proof)
    return markup`<tr><th scope="row">${gate}</th><td colspan="3">It crashed and left no statement.</td></tr>\n`;
  const { statement, result, inputs } = proof;
  return markup`<tr><th scope="row">${gate}<br><span class="${verdict}">${verdict}</span></th><td>${inputs.files} files<br>${digest(inputs.sha256)}</td><td>${named(result.path, result.sha256)}</td><td>${signed(statement)}</td></tr>\n`;
}

function signed(statement: StatementView): Markup {
  const signers = statement.signedBy.map((who) =>
    who === 'certificate' ? markup`a certificate` : markup`key ${digest(who)}`,
  );
  const who = signers.length === 0 ? 'unsigned' : signers.map((signer) => markup`signed by ${signer} `);
  return markup`${named(statement.path, statement.sha256)}<br>${who}`;
}

function named(path: string, sha256: string): Markup {
  return markup`${path}<br>${digest(sha256)}`;
}

function digest(hex: string): Markup {
  return markup`<code class="faint">${hex}</code>`;
}

const STYLE = `
dl { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1rem; margin: 0 0 1rem; } dt { color: var(--faint); font-size: .875rem; font-weight: 600; } dd { margin: 0; }
`;
