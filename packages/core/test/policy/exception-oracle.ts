// SPDX-License-Identifier: Apache-2.0

/** The rules of controls/opa/policies/exception.rego a second time, told by Date and loops: what the module is held to. */
export type Entry = Readonly<Record<string, unknown>>;

const MAX_DAYS: Readonly<Record<string, number>> = { critical: 14, high: 30, medium: 90, low: 180 };
const DAY = 86_400_000;

const SCOPES = new Set([
  'fingerprint path rule',
  'digest path rule',
  'purl rule vulnerability',
  'digest rule',
  'control service',
]);

/** `<id> <index> <key>`, sorted, each once. */
export function expectedViolations(entries: readonly Entry[], asOf: Date): readonly string[] {
  const found = new Set<string>();
  const twins = new Set(twinsIn(entries));
  entries.forEach((entry, index) => {
    for (const [id, key] of [...unreadable(entry), ...approval(entry), ...time(entry, asOf)]) {
      found.add(`${id} ${index} ${key}`);
    }
    const earlier = entries.slice(0, index);
    if (isText(entry['id']) && earlier.some((other) => other['id'] === entry['id']))
      found.add(`duplicate-id ${index} id`);
    if (twins.has(index)) found.add(`duplicate-scope ${index} scope`);
    if (isOverextended(entry, entries)) found.add(`extension-beyond-limit ${index} expires`);
  });
  return [...found].sort();
}

function* unreadable(entry: Entry): Generator<[string, string]> {
  const readable: Record<string, boolean> = {
    id: isText(entry['id']),
    requester: isText(entry['requester']),
    state: ['draft', 'approved', 'revoked', 'closed'].includes(String(entry['state'])),
    severity: limitOf(entry) !== undefined,
    requested: range(entry['requested']) !== undefined,
    expires: range(entry['expires']) !== undefined,
    scope: scopeOf(entry) !== undefined,
  };
  if ('approved' in entry) readable['approved'] = range(entry['approved']) !== undefined;
  if ('approver' in entry) readable['approver'] = isText(entry['approver']);
  for (const [key, fine] of Object.entries(readable)) if (!fine) yield ['unreadable-field', key];
}

function* approval(entry: Entry): Generator<[string, string]> {
  const absent = (key: string): boolean => !(key in entry) || entry[key] === false;
  if (entry['state'] === 'approved' && absent('approver')) yield ['approver-missing', 'state'];
  if (entry['state'] === 'approved' && absent('approved')) yield ['approval-undated', 'state'];
  const [requester, approver] = [person(entry['requester']), person(entry['approver'])];
  if (requester !== undefined && requester === approver) yield ['requester-approves', 'approver'];
}

function* time(entry: Entry, asOf: Date): Generator<[string, string]> {
  const [requested, approved, expires] = ['requested', 'approved', 'expires'].map((key) => range(entry[key]));
  if (requested && approved && requested.first > approved.last) yield ['dates-out-of-order', 'approved'];
  if (requested && expires && requested.first > expires.last) yield ['dates-out-of-order', 'expires'];
  if (approved && expires && approved.first > expires.last) yield ['dates-out-of-order', 'expires'];
  if (approved && approved.first > asOf.getTime()) yield ['approved-in-future', 'approved'];
  if (entry['state'] === 'approved' && expires && asOf.getTime() > expires.last)
    yield ['expired-still-approved', 'state'];
  const limit = limitOf(entry);
  const days = grantedDays(entry);
  if (limit !== undefined && days !== undefined && days > limit) yield ['duration-over-limit', 'expires'];
}

/** Indexes of approved entries about what an earlier one is about; those that extend another are counted for it. */
function twinsIn(entries: readonly Entry[]): number[] {
  const first = new Set<string>();
  return entries.flatMap((entry, index) => {
    const scope = scopeOf(entry);
    if (scope === undefined || entry['state'] !== 'approved' || isExtension(entry, entries)) return [];
    if (first.has(scope)) return [index];
    first.add(scope);
    return [];
  });
}

function isExtension(entry: Entry, entries: readonly Entry[]): boolean {
  if (entry['previous'] === undefined) return false;
  return entries.some(
    (other) =>
      other !== entry && wasGranted(other) && scopeOf(other) === scopeOf(entry) && other['id'] === entry['previous'],
  );
}

function isOverextended(entry: Entry, entries: readonly Entry[]): boolean {
  const scope = scopeOf(entry);
  const end = range(entry['expires'])?.first;
  const limit = limitOf(entry);
  if (scope === undefined || !wasGranted(entry) || end === undefined || limit === undefined) return false;
  const chain = entries
    .filter((other) => scopeOf(other) === scope && wasGranted(other))
    .filter((other) => (range(other['expires'])?.first ?? Number.POSITIVE_INFINITY) <= end)
    .flatMap((other) => grantedDays(other) ?? []);
  return chain.length > 1 && chain.reduce((sum, days) => sum + days, 0) > 2 * limit;
}

function wasGranted(entry: Entry): boolean {
  return 'state' in entry && entry['state'] !== 'draft';
}

function grantedDays(entry: Entry): number | undefined {
  const from = range('approved' in entry ? entry['approved'] : entry['requested']);
  const to = range(entry['expires']);
  return from && to && Math.floor(to.first / DAY) - Math.floor(from.first / DAY);
}

function limitOf(entry: Entry): number | undefined {
  const severity = entry['severity'];
  return typeof severity === 'string' ? MAX_DAYS[severity] : undefined;
}

function scopeOf(entry: Entry): string | undefined {
  const scope = entry['scope'];
  if (typeof scope !== 'object' || scope === null) return undefined;
  const given = Object.entries(scope).sort(([a], [b]) => (a < b ? -1 : 1));
  const keys = given.map(([key]) => key).join(' ');
  return SCOPES.has(keys) && given.every(([, value]) => isText(value)) ? JSON.stringify(given) : undefined;
}

function range(moment: unknown): { readonly first: number; readonly last: number } | undefined {
  if (typeof moment !== 'string' || !/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z)?$/.test(moment))
    return undefined;
  const first = Date.parse(moment.length === 10 ? `${moment}T00:00:00Z` : moment);
  if (Number.isNaN(first) || !new Date(first).toISOString().startsWith(moment.slice(0, 10))) return undefined;
  return { first, last: moment.length === 10 ? first + DAY - 1 : first };
}

function person(name: unknown): string | undefined {
  return typeof name === 'string' ? name.trim().toLowerCase().split(/ +/).join(' ') : undefined;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}
