// SPDX-License-Identifier: Apache-2.0

/** What one record of a log may ask of us; the log itself may be of any length. */
export const EVENT_LIMITS = {
  /** Bytes of one record: a line of NDJSON, an item of a list. */
  recordBytes: 8 * 1024 * 1024,
  /** Nested collections within one record. */
  depth: 64,
  /** Bytes of an EVTX file: its reader holds the whole of it. */
  evtxBytes: 512 * 1024 * 1024,
} as const;

export const TOO_LONG = `is over the limit of ${EVENT_LIMITS.recordBytes.toLocaleString('en-US')} bytes a record`;
export const TOO_DEEP = `is nested beyond the limit of ${EVENT_LIMITS.depth} levels`;
export const NOT_UTF8 = 'is not UTF-8 text';

/** Whether a value holds more collections in one another than the limit; stops at the limit, whatever the depth. */
export function isTooDeep(value: unknown, left: number = EVENT_LIMITS.depth): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (left === 0) return true;
  if (Array.isArray(value)) return value.some((item) => isTooDeep(item, left - 1));
  const record = value as Readonly<Record<string, unknown>>;
  for (const key in record) {
    const child = record[key];
    if (typeof child === 'object' && isTooDeep(child, left - 1)) return true;
  }
  return false;
}
