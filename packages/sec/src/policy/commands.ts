// SPDX-License-Identifier: Apache-2.0
import { fail, HeliosError } from '@helios/core/error';
import { EXIT, type ExitCode } from '@helios/core/gate';
import {
  buildPolicy,
  compilePolicy,
  findOpa,
  type Opa,
  testPolicy,
  type VerifiedBundle,
  verifyLock,
} from '@helios/core/policy';

export interface PolicySettings {
  /** Absolute real path of the repository's root. */
  readonly root: string;
  /** Folder of the bundle, relative to the root. */
  readonly bundle: string;
  /** The caller's environment: PATH and OPA say where opa is. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The value of `--opa`. */
  readonly opa?: string;
}

export interface Outcome {
  readonly lines: readonly string[];
  readonly exit: ExitCode;
}

/** `sec policy build`: tests, compiles and locks. Throws HeliosError `usage` without opa, `policy` for what opa refuses. */
export async function policyBuild(settings: PolicySettings): Promise<Outcome> {
  const { root, bundle } = settings;
  const lock = await buildPolicy(root, bundle, await findOpa(settings.environment, settings.opa));
  return {
    lines: [
      `${bundle}/policy.wasm ${lock.module.bytes} bytes, sha256 ${lock.module.sha256}`,
      `compiled by opa ${lock.opa} from ${count(lock.sources)} policies, entrypoints ${lock.entrypoints.join(', ')}`,
    ],
    exit: EXIT.pass,
  };
}

/** `sec policy test`: runs the policies' own tests. Fails (1) when one fails; throws as build does. */
export async function policyTest(settings: PolicySettings): Promise<Outcome> {
  const opa = await findOpa(settings.environment, settings.opa);
  const { passed, failures } = await testPolicy(settings.root, settings.bundle, opa);
  return {
    lines: [...failures.map((failure) => `failed: ${failure}`), `${passed} passed, ${failures.length} failed`],
    exit: failures.length === 0 ? EXIT.pass : EXIT.fail,
  };
}

/**
 * `sec policy verify`: compares sources, module and lock, and, where the opa that compiled them is at hand,
 * compiles again and compares the bytes. Throws HeliosError `policy` for the first thing that does not hold.
 */
export async function policyVerify(settings: PolicySettings): Promise<Outcome> {
  const verified = await verifyLock(settings.root, settings.bundle);
  const { lock } = verified;
  return {
    lines: [
      `${settings.bundle}: ${count(lock.sources)} policies, ${count(lock.data)} data files and the module are as locked`,
      await compileAgain(settings, verified),
    ],
    exit: EXIT.pass,
  };
}

async function compileAgain(settings: PolicySettings, { lock, path }: VerifiedBundle): Promise<string> {
  const opa = await opaAtHand(settings);
  if (opa === undefined) return 'not compiled again: opa is not at hand';
  if (opa.version !== lock.opa) return `not compiled again: locked by opa ${lock.opa}, at hand is ${opa.version}`;
  const again = await compilePolicy(settings.root, path, opa);
  if (again.lock.module.sha256 !== lock.module.sha256) {
    fail('policy', 'the module is not what opa compiles from these sources', {
      path: `${path}/policy.wasm`,
      hint: `Find out who wrote it; \`sec policy build ${path}\` compiles it afresh.`,
    });
  }
  return `compiled again by opa ${opa.version}: the same bytes`;
}

/** Whoever named an opa wants it used; otherwise it may be missing. */
async function opaAtHand({ environment, opa }: PolicySettings): Promise<Opa | undefined> {
  try {
    return await findOpa(environment, opa);
  } catch (thrown) {
    const named = opa ?? environment['OPA'];
    if (named === undefined && thrown instanceof HeliosError && thrown.code === 'usage') return undefined;
    throw thrown;
  }
}

function count(files: Readonly<Record<string, string>>): number {
  return Object.keys(files).length;
}
