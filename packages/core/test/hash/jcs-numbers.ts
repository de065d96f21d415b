// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';

/**
 * The numbers of the ES6 number file that RFC 8785 (appendix B) points to, as IEEE-754 bits: special values, 2,000
 * doubles from the smallest normal one upward, then whatever a chain of SHA-256 yields that is finite and not zero.
 */
export function* numberVectors(): Generator<bigint> {
  for (const value of specialValues()) yield bitsOf(value);
  for (let i = 0n; i < 2000n; i++) yield SMALLEST_NORMAL + i;
  let block: Uint8Array = new Uint8Array(32);
  for (;;) {
    const digest = createHash('sha256').update(block).digest();
    for (let offset = 0; offset < digest.length; offset += 8) {
      const value = digest.readDoubleLE(offset);
      if (value !== 0 && Number.isFinite(value)) yield digest.readBigUInt64LE(offset);
    }
    block = digest;
  }
}

export function doubleOf(bits: bigint): number {
  scratch.setBigUint64(0, bits);
  return scratch.getFloat64(0);
}

function bitsOf(value: number): bigint {
  scratch.setFloat64(0, value);
  return scratch.getBigUint64(0);
}

const scratch = new DataView(new ArrayBuffer(8));
const SMALLEST_NORMAL = 0x0010000000000000n;

/** How far each third of a power of ten, from 10^22 down to 10^-27, is from the nearest double, in ulps. */
const THIRDS_OFF_BY = [
  0,
  0,
  1,
  1,
  1,
  2,
  1,
  1,
  3,
  1,
  2,
  2,
  1,
  1,
  1,
  0,
  0,
  0,
  -1,
  ...Array.from({ length: 30 }, () => 0),
  1,
];

const thirds = THIRDS_OFF_BY.map((ulps, i) => doubleOf(bitsOf(Number(`3.${'3'.repeat(40)}e${21 - i}`)) + BigInt(ulps)));

function* specialValues(): Generator<number> {
  yield* [0, -0, Number.MIN_VALUE, -Number.MIN_VALUE, ...thirds.map((value) => -value), ...thirds];
  yield* [10, 5, 0.5, 0.05, 0.005, 0.0005, 0.00005, 0.000005, 5e-7, 5e-8, 5e-9];
  for (let zeros = 1; zeros <= 14; zeros++) yield Number(`0.000005${'0'.repeat(zeros)}6`);
  yield* [0.000005, 1, -1];
  yield* [-0.9999999999999993, -0.9999999999999994, 0.9999999999999993, 0.9999999999999994];
  yield* [0.9999999999999996, 0.9999999999999998, -0.9999999999999999, -0.9999999999999999];
  yield* [0.9999999999999999, 0.9999999999999999, 0.29999999999999993, 0.3, 0.30000000000000004];
  yield* [2.2250738585072014e-308, 2.2250738585072e-308, 2.225073858507201e-308, Number.MAX_VALUE, -Number.MAX_VALUE];
  yield* [2 ** 53, -(2 ** 53), 2 ** 68, 9.999999999999997e22, 1e23, 1.0000000000000001e23];
  yield* [999999999999999700000, 999999999999999900000, 1e21, 9.999999999999997e-7, 0.000001];
  yield* [333333333.3333332, 333333333.33333325, 333333333.3333333, 333333333.3333334, 333333333.33333343];
  yield* [-0.0000033333333333333333, Number('1424953923781206.2')];
}
