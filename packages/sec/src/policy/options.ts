// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

const globs = z.array(z.string().min(1));

const setSchema = z.strictObject({
  entrypoint: z
    .string()
    .regex(/^[a-z0-9_]+(\/[a-z0-9_]+)*\/decision$/)
    .describe('Of the bundle, for instance abac/decision'),
  include: globs.min(1).describe('Globs of the documents that it judges'),
  exclude: globs.optional().describe('Globs of files to leave out'),
});

export const optionsSchema = z.strictObject({
  bundle: z
    .string()
    .regex(/^[^/\\]+(\/[^/\\]+)*$/, 'must be a folder relative to the root, without a slash at the end')
    .default('controls/opa')
    .describe('Folder of the compiled policies and their lock'),
  sets: z.array(setSchema).min(1).describe('Which policy judges which documents'),
});

export type Options = z.infer<typeof optionsSchema>;
export type SetOptions = z.infer<typeof setSchema>;
