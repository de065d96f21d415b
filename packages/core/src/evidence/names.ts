// SPDX-License-Identifier: Apache-2.0

/**
 * How evidence files are named. Every name carries the start of a digest, so that equal content has one name:
 * - `gates/<gate>-<12 of result>.json`, its statement `gates/<gate>-<12 of result>.intoto.json`
 * - `builds/run-<12 of run>.json`, its roll-up `builds/run-<12 of run>.<8 of roll-up>.intoto.json`: one run document
 *   may be rolled up again at another time
 * - `<area>/<name>-<12 of itself>.intoto.json`: what a runner did, in one of the other areas
 * - a signature of any statement: `.<8 of key>.sigstore.json` in the place of `.intoto.json`; one without a key
 *   has the start of its own digest there
 */
const RECORD_AREAS = ['ccv', 'exceptions', 'identity', 'soc'] as const;
export type RecordArea = (typeof RECORD_AREAS)[number];
export const AREAS = ['gates', 'builds', ...RECORD_AREAS] as const;

/** Where the log lies within the evidence folder, unless it is kept elsewhere. */
export const LOG_FOLDER = 'log';

const DOCUMENT = /^(?:gates\/[a-z0-9]+(?:-[a-z0-9]+)*|builds\/run)-[0-9a-f]{12}\.json$/;
const STATEMENT =
  /^(?:(?:gates|ccv|exceptions|identity|soc)\/[a-z0-9]+(?:-[a-z0-9]+)*-[0-9a-f]{12}|builds\/run-[0-9a-f]{12}\.[0-9a-f]{8})\.intoto\.json$/;
const SIGNATURE = /\.[0-9a-f]{8}\.sigstore\.json$/;

export type Kind = 'document' | 'statement' | 'bundle';

/** Undefined for what is no name of ours. */
export function kindOf(path: string): Kind | undefined {
  if (DOCUMENT.test(path)) return 'document';
  if (STATEMENT.test(path)) return 'statement';
  return SIGNATURE.test(path) && STATEMENT.test(statementOfBundle(path)) ? 'bundle' : undefined;
}

/** Whether a statement is a runner's, and so no document's. */
export function isRecord(path: string): boolean {
  return RECORD_AREAS.some((area) => path.startsWith(`${area}/`));
}

/** Whether a record's name has its digest. */
export function isNamedAfter(path: string, sha256: string): boolean {
  return path.endsWith(`-${sha256.slice(0, 12)}.intoto.json`);
}

export function recordPath(area: RecordArea, name: string, sha256: string): string {
  return `${area}/${name}-${sha256.slice(0, 12)}.intoto.json`;
}

export function documentPath(area: 'gates' | 'builds', name: string, sha256: string): string {
  return `${area}/${name}-${sha256.slice(0, 12)}.json`;
}

export function gateStatementPath(resultPath: string): string {
  return resultPath.replace(/\.json$/, '.intoto.json');
}

export function rollupPath(runPath: string, sha256: string): string {
  return runPath.replace(/\.json$/, `.${sha256.slice(0, 8)}.intoto.json`);
}

export function documentOfStatement(statementPath: string): string {
  return statementPath.replace(/(-[0-9a-f]{12})(?:\.[0-9a-f]{8})?\.intoto\.json$/, '$1.json');
}

/** `id` is the sha256 in hex of the key's SPKI form, or of a bundle without a key. */
export function bundlePath(statementPath: string, id: string): string {
  return statementPath.replace(/\.intoto\.json$/, `.${id.slice(0, 8)}.sigstore.json`);
}

export function statementOfBundle(path: string): string {
  return path.replace(SIGNATURE, '.intoto.json');
}
