// SPDX-License-Identifier: Apache-2.0
import { type Catalog, currentOf, parentOf, type Technique, titleOf } from '../catalog/catalog.ts';
import { caseLike, type Claim } from '../claim/claim.ts';
import type { Catalogs } from './catalogs.ts';
import type { Report } from './judge-detection.ts';

/** Whether a claimed technique is live in its catalog, and what took its place if it is not. */
export function judgeTechnique(claim: Claim, catalogs: Catalogs, report: Report): void {
  if (claim.kind === 'malformed') return judgeMalformed(claim, catalogs, report);
  if (claim.kind !== 'technique') return;
  const catalog = catalogs[claim.framework];
  const technique = catalog.techniques.get(claim.id);
  if (!technique) return judgeUnknown(claim, catalog, report);
  if (technique.state === 'live' && technique.domain === undefined) return;
  const title = titleOf(catalog);
  if (technique.domain !== undefined) {
    return report(
      'mapping/wrong-domain',
      claim,
      `${claim.id} (${technique.name}) is a technique of the ${technique.domain} matrix, not of ${title}`,
    );
  }
  switch (technique.state) {
    case 'live':
      return;
    case 'deprecated':
      return report(
        'mapping/deprecated-technique',
        claim,
        `${claim.id} (${technique.name}) is deprecated in ${title} and has no replacement`,
      );
    case 'revoked':
      return judgeRevoked(claim, technique, catalog, report);
  }
}

function judgeRevoked(claim: Claim, technique: Technique, catalog: Catalog, report: Report): void {
  const current = currentOf(claim.id, catalog.techniques);
  const head = `${claim.id} (${technique.name}) is revoked in ${titleOf(catalog)}`;
  if (!current) return report('mapping/revoked-technique', claim, `${head}, and its source names no replacement`);
  const newId = caseLike(claim.written, current.id);
  return report('mapping/revoked-technique', claim, `${head}: use ${current.id} (${current.name})`, {
    remedy: `Replace ${claim.written} with ${newId}.`,
    fix: { title: `Replace ${claim.written} with ${newId}`, edit: { kind: 'replace', newText: newId } },
    references: [urlOf(current.id)],
  });
}

function judgeUnknown(claim: Claim, catalog: Catalog, report: Report): void {
  const parent = catalog.techniques.get(parentOf(claim.id));
  const title = titleOf(catalog);
  if (parent && parent.id !== claim.id) {
    const subs = catalog.subTechniques(parent.id);
    const [first, last] = [subs.at(0), subs.at(-1)];
    return report(
      'mapping/unknown-technique',
      claim,
      `${parent.id} (${parent.name}) has no sub-technique ${claim.id} in ${title}`,
      {
        remedy:
          first && last ? `Use one of ${first.id} to ${last.id}, or ${parent.id} itself.` : `Use ${parent.id} itself.`,
      },
    );
  }
  return report('mapping/unknown-technique', claim, `${claim.id} is not in ${title}`);
}

function judgeMalformed(claim: Claim, catalogs: Catalogs, report: Report): void {
  const catalog = catalogs[claim.framework];
  const guess = repaired(claim.id);
  const technique = guess === undefined ? undefined : catalog.techniques.get(guess);
  return report(
    'mapping/malformed-id',
    claim,
    `"${claim.written}" is no technique or tactic id of ${titleOf(catalog)}`,
    {
      ...(technique && { remedy: `Did you mean ${technique.id} (${technique.name})?` }),
    },
  );
}

/** The id that was probably meant: T1059.1 → T1059.001, T1018.000 → T1018. */
function repaired(id: string): string | undefined {
  const [, stem, sub] = /^((?:AML\.)?T\d{4})\.?(\d{1,3})?$/.exec(id.replace(/^AML(?=T)/, 'AML.')) ?? [];
  if (stem === undefined) return undefined;
  return sub === undefined || Number(sub) === 0 ? stem : `${stem}.${sub.padStart(3, '0')}`;
}

function urlOf(id: string): string {
  return id.startsWith('AML.')
    ? `https://atlas.mitre.org/techniques/${id}`
    : `https://attack.mitre.org/techniques/${id.replace('.', '/')}/`;
}
