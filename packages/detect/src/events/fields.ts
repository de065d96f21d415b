// SPDX-License-Identifier: Apache-2.0

export type Json = Readonly<Record<string, unknown>>;

/** Sets a field of its own: assigning to `__proto__` would change the object's nature instead. */
export function put(fields: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(fields, name, { value, enumerable: true, writable: true, configurable: true });
  } else fields[name] = value;
}

/** Sigma's taxonomy has no spaces in field names: Defender's `Threat Name` is `ThreatName`. */
export function withoutSpaces(name: string): string {
  return name.includes(' ') ? name.replaceAll(' ', '') : name;
}

export function isJson(value: unknown): value is Json {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A whole number, written as one or as text. */
export function wholeOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined;
  return typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : undefined;
}
