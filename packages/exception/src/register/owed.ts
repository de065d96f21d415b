// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseConfigFile } from '@helios/core/config';
import { reporting, writeFileAtomic } from '@helios/core/fs';
import { canonicalJson, sha256Hex } from '@helios/core/hash';
import { z } from 'zod';
import { type Proof, type Situation, withoutSecrets } from '../runner.ts';

const owedSchema = z.strictObject({
  schema: z.literal('helios/exception-owed-proof/v1'),
  proof: z.strictObject({
    name: z.string(),
    kind: z.string(),
    subject: z.record(z.string(), z.string()),
    predicate: z.record(z.string(), z.unknown()),
  }),
  /** By what the register shows that the change was made: `end` in JCS, where it is not the entry itself. */
  marks: z.array(z.strictObject({ id: z.string(), end: z.string().optional() })),
});

/** The proof of a change that is about to be made: written down before, so that whoever is killed in between still owes it. */
export type Owed = Omit<z.infer<typeof owedSchema>, 'schema' | 'proof'> & { readonly proof: Proof };

/** Throws HeliosError `config` where it is not what a runner wrote. */
export async function readOwed(situation: Situation): Promise<Owed | undefined> {
  const file = fileOf(situation);
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8');
  return parseConfigFile({ path: file, text, sha256: sha256Hex(text) }, owedSchema);
}

export async function owe({ proof, marks }: Owed, situation: Situation): Promise<void> {
  const owed = { schema: 'helios/exception-owed-proof/v1', proof: withoutSecrets(proof), marks };
  await writeFileAtomic(fileOf(situation), canonicalJson(owed));
}

/** One that comes back, after a loss of power, is settled by leaving the same record again. */
export async function oweNothing(situation: Situation): Promise<void> {
  const file = fileOf(situation);
  await reporting(`remove ${file}`, () => rm(file, { force: true }));
}

function fileOf({ state }: Situation): string {
  return join(state, 'owed.json');
}
