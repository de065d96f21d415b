// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import { type Catalog, currentOf, type Framework, isLive, titleOf } from '../catalog/catalog.ts';
import { compareVersions } from '../catalog/shipped.ts';
import type { Options } from '../options.ts';
import type { Catalogs } from './catalogs.ts';

const DAY = 86_400_000;

interface CatalogInputs {
  readonly configPath: string;
  readonly shipped: Readonly<Record<Framework, readonly string[]>>;
}

/** Whether the catalogs are the newest there are, young enough, and in step with each other. */
export function judgeCatalogs(catalogs: Catalogs, inputs: CatalogInputs, options: Options, asOf: Date): FindingDraft[] {
  return [
    ...judgeAge(catalogs.attack, inputs, options, asOf),
    ...judgeAge(catalogs.atlas, inputs, options, asOf),
    ...judgeReferences(catalogs),
  ];
}

function judgeAge(
  catalog: Catalog,
  { configPath, shipped }: CatalogInputs,
  { catalogs }: Options,
  asOf: Date,
): FindingDraft[] {
  const { framework, version, released } = catalog.document;
  const newest = shipped[framework].at(-1);
  const stale = (message: string): FindingDraft => ({
    ruleId: 'mapping/stale-catalog',
    path: configPath,
    at: { pointer: ['gates', 'attack-mapper', 'catalogs', framework] },
    subject: titleOf(catalog),
    message,
  });
  if (newest !== undefined && compareVersions(version, newest) < 0) {
    return [stale(`${titleOf(catalog)} is in use, and v${newest} is at hand`)];
  }
  const age = released === undefined ? 0 : Math.floor((asOf.getTime() - Date.parse(released)) / DAY);
  return age > catalogs.maxAgeDays
    ? [stale(`${titleOf(catalog)} is ${age} days old, more than ${catalogs.maxAgeDays}`)]
    : [];
}

/** Entries of an ATLAS catalog in the tree that point at ATT&CK techniques which are no longer live. */
function judgeReferences({ attack, atlas }: Catalogs): FindingDraft[] {
  // Nobody here can mend, or even see, the one that comes with Helios.
  if (!atlas.inTree) return [];
  return atlas.document.techniques.flatMap((technique, index): FindingDraft[] => {
    const target = technique.attack === undefined ? undefined : attack.techniques.get(technique.attack);
    if (!target || isLive(target)) return [];
    const current = currentOf(target.id, attack.techniques);
    return [
      {
        ruleId: 'mapping/stale-reference',
        path: atlas.path,
        at: { pointer: ['techniques', index, 'attack'] },
        subject: technique.id,
        matched: target.id,
        message: `${technique.id} (${technique.name}) refers to ${target.id}, which is ${target.state} in ${titleOf(attack)}`,
        ...(current && { remedy: `Read it as ${current.id} (${current.name}) until ATLAS follows.` }),
      },
    ];
  });
}
