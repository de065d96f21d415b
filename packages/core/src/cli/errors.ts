// SPDX-License-Identifier: Apache-2.0
import { type ErrorCode, HeliosError, messageOf } from '../error.ts';
import { EXIT, type ExitCode } from '../gate/result.ts';
import type { Io } from './io.ts';
import { shown, shownLines } from './shown.ts';

const EXIT_OF: Readonly<Record<ErrorCode, ExitCode>> = {
  usage: EXIT.usage,
  config: EXIT.usage,
  input: EXIT.usage,
  policy: EXIT.usage,
  evidence: EXIT.evidence,
  io: EXIT.usage,
};

/** Says what went wrong and what is right, and answers with the exit code. */
export function reportError(thrown: unknown, name: string, io: Io): ExitCode {
  if (thrown instanceof HeliosError) {
    io.stderr.write(`${name}: ${describeError(thrown)}\n`);
    return EXIT_OF[thrown.code];
  }
  io.stderr.write(`${name}: internal error: ${shown(messageOf(thrown))}\n`);
  io.stderr.write('  This is a defect of Helios, and nothing was judged. HELIOS_DEBUG=1 shows where it happened.\n');
  if (io.env['HELIOS_DEBUG'] && thrown instanceof Error) io.stderr.write(`${shownLines(thrown.stack ?? '')}\n`);
  return EXIT.internal;
}

/** `path:line:column: message`, and below it what to do. */
export function describeError({ message, detail }: HeliosError): string {
  const place = [detail.path, detail.line, detail.column].filter((part) => part !== undefined).join(':');
  const head = place === '' ? message : `${place}: ${message}`;
  return shown(head) + (detail.hint === undefined ? '' : `\n  → ${shown(detail.hint)}`);
}
