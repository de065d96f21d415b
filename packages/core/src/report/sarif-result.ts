// SPDX-License-Identifier: Apache-2.0
import type { Finding, Fix, Location, Suppression } from '../finding/finding.ts';

/** One SARIF result (SARIF 2.1.0 §3.27). `ruleIndex` points into the run's rules. */
export function resultOf(finding: Finding, ruleIndex: number | undefined, baselineInUse: boolean): object {
  const { suppression, fix } = finding;
  return {
    ruleId: finding.ruleId,
    ...(ruleIndex !== undefined && { ruleIndex }),
    level: finding.level,
    message: { text: `${finding.message}\n${finding.remedy}` },
    locations: [locationOf(finding)],
    // GitHub computes primaryLocationLineHash itself; a value of ours under that name would fight with it.
    partialFingerprints: { 'helios/v1': finding.fingerprint },
    ...(baselineInUse && { baselineState: suppression?.kind === 'baselined' ? 'unchanged' : 'new' }),
    ...(suppression && { suppressions: [suppressionOf(suppression)] }),
    ...(fix && { fixes: [fixOf(fix)] }),
    ...propertiesOf(finding),
  };
}

function propertiesOf({ owner, references }: Finding): object {
  return owner === undefined && references === undefined ? {} : { properties: { owner, references } };
}

function locationOf({ location, subject }: Finding): object {
  return {
    physicalLocation: { artifactLocation: artifactOf(location.path), region: regionOf(location) },
    logicalLocations: [{ fullyQualifiedName: subject }],
  };
}

/** GitHub refuses a place without a line; what concerns a whole file is shown at its top. */
function regionOf({ line = 1, column, endLine, endColumn }: Location): object {
  return { startLine: line, startColumn: column, endLine, endColumn };
}

/** Relative to the root of the repository, percent-encoded, never absolute (§3.4.3). */
function artifactOf(path: string): object {
  const uri = path.toWellFormed().split('/').map(encodeURIComponent).join('/');
  return { uri, uriBaseId: '%SRCROOT%' };
}

function suppressionOf({ by, owner, reason, expires }: Suppression): object {
  return {
    kind: 'external',
    status: 'accepted',
    justification: `${by}, owned by ${owner} until ${expires}: ${reason}`,
  };
}

function fixOf({ title, edits }: Fix): object {
  const artifactChanges = [...Map.groupBy(edits, (edit) => edit.path)].map(([path, changes]) => ({
    artifactLocation: artifactOf(path),
    replacements: changes.map(({ start, end, newText }) => ({
      deletedRegion: { charOffset: start, charLength: end - start },
      insertedContent: { text: newText },
    })),
  }));
  return { description: { text: title }, artifactChanges };
}
