// SPDX-License-Identifier: Apache-2.0

/** `1234567.5` as `1,234,567.5`, whatever the locale. */
export function grouped(value: number | string): string {
  const [whole = '', fraction] = String(value).split('.');
  const digits = whole.replace(/(?<=\d)(?=(?:\d{3})+$)/g, ',');
  return fraction === undefined ? digits : `${digits}.${fraction}`;
}

/** `counted(1, 'policies')` is "1 policy". */
export function counted(count: number, plural: string): string {
  return `${grouped(count)} ${count === 1 ? plural.replace(/ies$/, 'y').replace(/s$/, '') : plural}`;
}
