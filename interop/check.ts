// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';

/** One thing that a peer must say. */
export interface Check {
  readonly name: string;
  readonly passed: boolean;
  /** What the peer said instead. */
  readonly said?: string;
}

/** Runs a peer and holds its exit code against what it should be. */
export function expectExit(
  name: string,
  accepted: boolean,
  command: string,
  args: readonly string[],
  where: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Check {
  const { status, stderr, stdout, error } = spawnSync(command, args, { encoding: 'utf8', timeout: 120_000, ...where });
  const passed = error === undefined && status !== null && (status === 0) === accepted;
  return { name, passed, ...(!passed && { said: `exit ${status}: ${(error?.message ?? stderr) || stdout}` }) };
}

/** Copies of some bytes, each with another small change, for a peer to refuse. */
export function tampered(bytes: Buffer, count = 5): Buffer[] {
  return Array.from({ length: count }, (_, at) => {
    const place = Math.floor(((at + 0.5) * bytes.length) / count);
    // A letter for a letter, a digit for a digit: what is refused should be the content, not the form.
    const from = bytes.subarray(place).findIndex((byte) => /[0-9A-Za-z]/.test(String.fromCharCode(byte)));
    const index = from === -1 ? place : place + from;
    return bytes.map((byte, here) => (here === index ? (byte === 0x37 ? 0x38 : 0x37) : byte)) as Buffer;
  });
}
