// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { fail, HeliosError } from '../error.ts';

/** The Go module whose command compiles policies, at the release that Helios is tested with. */
const OPA_MODULE = 'github.com/open-policy-agent/opa@v1.22.0';
const TIMEOUT_MS = 120_000;
const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;

interface OpaRun {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The opa command; needed only by those who change policies. */
export interface Opa {
  /** `1.22.0` */
  readonly version: string;
  /** Runs it in a folder, without the caller's environment. Throws HeliosError `policy` when it does not end. */
  run(folder: string, args: readonly string[]): Promise<OpaRun>;
}

/**
 * Finds opa: the `--opa` flag, then the variable OPA, then the PATH. `environment` is the caller's.
 * Throws HeliosError `usage` when there is none, saying how to get it.
 */
export async function findOpa(environment: Readonly<Record<string, string | undefined>>, flag?: string): Promise<Opa> {
  const named = flag ?? environment['OPA'] ?? 'opa';
  // opa runs in a folder of its own, so that a relative path must be settled now.
  const command = /[\\/]/.test(named) ? resolve(named) : named;
  const path = environment['PATH'] ?? '';
  const run = (folder: string, args: readonly string[]): Promise<OpaRun> => execute(command, path, folder, args);

  const { stdout } = await run('.', ['version']);
  const version = /^Version: (\d+\.\d+\.\d+)$/m.exec(stdout)?.[1];
  if (version === undefined) {
    fail('usage', `\`${named}\` does not answer as opa does`, { hint: 'Name opa itself with --opa or OPA.' });
  }
  return { version, run };
}

function execute(command: string, path: string, folder: string, args: readonly string[]): Promise<OpaRun> {
  const options = {
    cwd: folder,
    env: { PATH: path },
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
    maxBuffer: MAX_OUTPUT_BYTES,
  } as const;
  return new Promise((settle, reject) => {
    execFile(command, args, options, (error, stdout, stderr) => {
      if (error === null || typeof error.code === 'number') {
        settle({ exit: error === null ? 0 : Number(error.code), stdout, stderr });
      } else {
        reject(startError(command, args, error));
      }
    });
  });
}

function startError(command: string, args: readonly string[], cause: Error & { code?: unknown }): HeliosError {
  if (cause.code !== 'ENOENT' && cause.code !== 'EACCES') {
    return new HeliosError('policy', `\`opa ${args[0]}\` did not end within its limits`, { cause });
  }
  return new HeliosError('usage', `opa is needed for this and \`${command}\` does not start`, {
    cause,
    hint: `Get it with \`go install ${OPA_MODULE}\`, then have it on the PATH, in OPA or in --opa.`,
  });
}
