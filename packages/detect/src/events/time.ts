// SPDX-License-Identifier: Apache-2.0

/** A moment as logs write it; a comma or point before the fraction, a zone or none. */
const MOMENT =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9})\d*)?\s*(?:(Z|z|UTC|GMT)|([+-])(\d\d):?(\d\d)?)?$/;
/** As Windows PowerShell's ConvertTo-Json writes it. */
const DOT_NET = /^\/Date\((-?\d{1,15})/;
const NUMBER = /^\d{9,19}(?:\.\d{1,9})?$/;

/**
 * Milliseconds since 1970 UTC; undefined for what is no moment. A text without a zone is taken as UTC, whatever the
 * zone of this machine: Sysmon's UtcTime and Okta's exports are such. Numbers count seconds, milli-, micro- or
 * nanoseconds by their size (all between 1973 and 5138).
 */
export function parseTime(value: unknown): number | undefined {
  if (typeof value === 'number') return fromNumber(value);
  if (typeof value !== 'string' || value.length > 40) return undefined;
  const parts = MOMENT.exec(value);
  if (parts) return fromParts(parts);
  if (NUMBER.test(value)) return fromNumber(Number(value));
  const dotNet = DOT_NET.exec(value)?.[1];
  return dotNet === undefined ? undefined : Number(dotNet);
}

function fromNumber(value: number): number | undefined {
  if (!(value >= 1e8 && value < 1e20)) return undefined;
  if (value < 1e11) return Math.round(value * 1000);
  if (value < 1e14) return Math.round(value);
  return Math.floor(value / (value < 1e17 ? 1e3 : 1e6));
}

function fromParts(parts: RegExpExecArray): number | undefined {
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number);
  // A leap second is the next second's first; months and days that do not exist are no moment.
  const time = Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second);
  if ((hour ?? 0) > 23 || (minute ?? 0) > 59 || (second ?? 0) > 60) return undefined;
  const date = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day));
  if (date.getUTCMonth() + 1 !== month || date.getUTCDate() !== day) return undefined;
  const milliseconds = Number((parts[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const ahead = parts[9] === undefined ? 0 : (Number(parts[10]) * 60 + Number(parts[11] ?? '0')) * 60_000;
  return time + milliseconds - (parts[9] === '-' ? -ahead : ahead);
}

/** The moment of the first of the fields that holds one. */
export function timeIn(fields: Readonly<Record<string, unknown>>, names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = fields[name];
    if (value === undefined) continue;
    const time = parseTime(value);
    if (time !== undefined) return time;
  }
  return undefined;
}
