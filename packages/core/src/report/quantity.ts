// SPDX-License-Identifier: Apache-2.0

/** `1234567.5` as `1,234,567.5`, whatever the locale. */
export function grouped(value: number | string): string {
  const [whole = '', fraction] = String(value).split('.');
  // Very large and very small numbers are written with an exponent, which has no groups.
  const digits = /^-?\d+$/.test(whole) ? threes(whole) : whole;
  return fraction === undefined ? digits : `${digits}.${fraction}`;
}

function threes(digits: string): string {
  const head = digits.slice(0, -3);
  return head === '' || head === '-' ? digits : `${threes(head)},${digits.slice(-3)}`;
}

/** `counted(1, 'policies')` is "1 policy". */
export function counted(count: number, plural: string): string {
  return `${grouped(count)} ${count === 1 ? plural.replace(/ies$/, 'y').replace(/s$/, '') : plural}`;
}
