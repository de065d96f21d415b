// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { fail } from '../error.ts';
import { EXIT, type Report } from '../gate/result.ts';
import { canonicalJson, sha256Hex } from '../hash/index.ts';
import { LEVELS } from '../finding/finding.ts';
import { agentSchema, commitSchema, gateIdSchema, instantSchema, pathSchema, sha256Schema } from './fields.ts';
import { documentPath } from './names.ts';
import type { ResultDocument } from './result.ts';
import { rulesDigest, STATEMENT_TYPE } from './statement.ts';

const VSA_TYPE = 'https://slsa.dev/verification_summary/v1';
const VERIFIER = 'urn:helios:sec';
const POLICY = 'urn:helios:gates';
const WORK_TREE = 'urn:helios:work-tree';
/** An own field of the predicate; SLSA asks that its name be a URI. */
const RUNNER = 'urn:helios:runner';

const exit = z.literal(Object.values(EXIT));
const judgedGate = z.strictObject({
  gate: gateIdSchema,
  verdict: z.enum(['pass', 'fail', 'nothing-checked']),
  exit,
  statement: sha256Schema,
});
const crashedGate = z.strictObject({ gate: gateIdSchema, verdict: z.literal('error'), exit, statement: z.null() });

/** Flags of the command line that change verdicts; paths are relative to the root. A run without any leaves it out. */
const flagsSchema = z.strictObject({
  /** Another file than helios.yaml. */
  config: pathSchema.optional(),
  failOn: z.enum(LEVELS).optional(),
  baseline: pathSchema.optional(),
  /** Only what has changed since this commit counted. */
  changedSince: commitSchema.optional(),
  /** What was judged instead of what the configuration includes; '' is the root. */
  paths: z.array(z.union([pathSchema, z.literal('')])).optional(),
});

export type RunFlags = z.infer<typeof flagsSchema>;

/** What one run decided. A gate that crashed stands here without a statement: it stated nothing. */
export const runSchema = z.strictObject({
  schema: z.literal('helios/run/v1'),
  asOf: instantSchema,
  verdict: z.enum(['pass', 'fail', 'nothing-checked', 'error']),
  exit,
  gates: z.array(z.union([judgedGate, crashedGate])),
  flags: flagsSchema.optional(),
  tool: agentSchema,
});

export type RunDocument = z.infer<typeof runSchema>;

/** A gate's stored statement, and what the roll-up says of it. */
export interface StatedGate {
  readonly gate: string;
  readonly verdict: ResultDocument['verdict'];
  /** Of the statement, relative to the evidence folder. */
  readonly path: string;
  readonly sha256: string;
  readonly optionsDigest: string;
  readonly rulesDigest: string;
}

/** What differs from run to run; it stands in the roll-up and nowhere else. */
export interface RunFacts {
  /** When the gates had judged: RFC 3339 instant, UTC. */
  readonly timeVerified: string;
  /** URI of what was judged (`git+https://…`), for instance of the repository; credentials in it are cut off. */
  readonly resourceUri?: string;
  /** 40 or 64 hex digits; only for a clean work tree, where the commit is what was judged. */
  readonly commit?: string;
  /** `process.version` */
  readonly node: string;
  /** `linux-x64` */
  readonly platform: string;
  /** URI of the CI job that ran it. */
  readonly invocation?: string;
  /** Whole milliseconds by the wall clock; less than 0 when somebody set it back. */
  readonly durationMs: number;
}

export function statedGate(result: ResultDocument, path: string, sha256: string): StatedGate {
  const { gate, verdict, options } = result;
  return { gate, verdict, path, sha256, optionsDigest: options.sha256, rulesDigest: rulesDigest(result) };
}

/** The JCS text of the run document. `statements` holds the digest of each judged gate's statement, in the report's order. */
export function runDocument(report: Report, statements: readonly (string | null)[], flags: RunFlags = {}): string {
  const { asOf, verdict, exit, tool } = report;
  const gates = report.gates.map((result, index) => ({
    gate: result.gate,
    verdict: result.verdict,
    exit: result.exit,
    statement: statements[index] ?? null,
  }));
  const document = {
    schema: 'helios/run/v1',
    asOf,
    verdict,
    exit,
    gates,
    ...(Object.keys(flags).length > 0 && { flags }),
    tool: { name: tool.name, version: tool.version },
  };
  return canonicalJson(runSchema.parse(document));
}

/**
 * The SLSA verification summary of a run, as JCS text: it names every gate statement by digest, all or none, so that
 * one left out is seen. `gates` are those of the run with a statement, in its order. Throws HeliosError `evidence`.
 */
export function rollupStatement(
  run: RunDocument,
  runSha256: string,
  gates: readonly StatedGate[],
  facts: RunFacts,
): string {
  const passed = run.verdict === 'pass';
  const { node, platform, durationMs, invocation } = facts;
  return canonicalJson({
    _type: STATEMENT_TYPE,
    subject: [
      { name: documentPath('builds', 'run', runSha256), digest: { sha256: runSha256 } },
      ...(facts.commit === undefined ? [] : [{ name: 'commit', digest: { gitCommit: facts.commit } }]),
    ],
    predicateType: VSA_TYPE,
    predicate: {
      verifier: { id: VERIFIER },
      timeVerified: facts.timeVerified,
      resourceUri: withoutCredentials(facts.resourceUri ?? WORK_TREE),
      policy: { uri: POLICY, digest: { sha256: policyDigest(gates) } },
      inputAttestations: gates.map(({ path, sha256 }) => ({ uri: path, digest: { sha256 } })),
      verificationResult: passed ? 'PASSED' : 'FAILED',
      // SlsaResult: own values must not start with SLSA_; FAILED is the one for a failed policy.
      verifiedLevels: [passed ? levelOf(run) : 'FAILED'],
      slsaVersion: '1.1',
      [RUNNER]: { node, platform, durationMs, ...(invocation !== undefined && { invocation }) },
    },
  });
}

/** A pass of a change is no pass of all. */
function levelOf({ flags }: RunDocument): string {
  return flags?.changedSince === undefined ? 'HELIOS_GATES_PASSED' : 'HELIOS_CHANGE_PASSED';
}

/** The options and rules that the gates judged by: an old pass under weaker rules has another digest. */
function policyDigest(gates: readonly StatedGate[]): string {
  return sha256Hex(
    canonicalJson(
      gates.map(({ gate, optionsDigest, rulesDigest }) => ({ gate, options: optionsDigest, rules: rulesDigest })),
    ),
  );
}

/** Remote addresses may hold a token, and evidence is published. */
function withoutCredentials(uri: string): string {
  const url =
    URL.parse(uri) ?? fail('evidence', 'what was judged has no URI', { hint: 'Write git+https://host/path.' });
  url.username = '';
  url.password = '';
  return url.href;
}

/** The statements that a roll-up names, read back: where they are, and their digests. */
export const namesSchema = z
  .object({
    predicate: z.object({
      inputAttestations: z.array(z.object({ uri: z.string(), digest: z.object({ sha256: sha256Schema }) })),
    }),
  })
  .transform(({ predicate }) => predicate.inputAttestations.map(({ uri, digest }) => ({ path: uri, ...digest })));

/**
 * The facts in a roll-up, read back. Nothing else of it is looked at: only with the right facts, and the run that it
 * names, does rollupStatement make the same bytes again, and that is the check.
 */
export const factsSchema = z
  .object({
    subject: z.array(z.object({ digest: z.object({ gitCommit: commitSchema.optional() }) })),
    predicate: z.object({
      timeVerified: instantSchema,
      resourceUri: z.string().min(1),
      [RUNNER]: z.strictObject({
        node: z.string(),
        platform: z.string(),
        durationMs: z.int(),
        invocation: z.string().optional(),
      }),
    }),
  })
  .transform(({ subject, predicate }): RunFacts => {
    const commit = subject[1]?.digest.gitCommit;
    const { timeVerified, resourceUri } = predicate;
    const { invocation, ...runner } = predicate[RUNNER];
    return {
      timeVerified,
      resourceUri,
      ...(commit !== undefined && { commit }),
      ...runner,
      ...(invocation !== undefined && { invocation }),
    };
  });
