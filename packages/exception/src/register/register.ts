// SPDX-License-Identifier: Apache-2.0
import { HeliosError } from '@helios/core/error';
import { type Exception, exceptionSchema, type FindingDraft, type Pointer } from '@helios/core/finding';
import type { LoadContext } from '@helios/core/gate';
import { parseDocuments, type SourceFile } from '@helios/core/input';
import { z } from 'zod';
import type { ById } from '../lifecycle/state.ts';

/** An entry and where it stands. */
export interface Entry {
  readonly exception: Exception;
  readonly path: string;
  /** Pointer of the entry in its file. */
  readonly at: Pointer;
}

export interface Register {
  /** In the order of files and lines. */
  readonly entries: readonly Entry[];
  /** What is not as the schema says, in whole files and in single entries. */
  readonly broken: readonly FindingDraft[];
  readonly files: readonly string[];
}

const fileSchema = z.strictObject({ schema: z.literal('helios/exceptions/v1'), exceptions: z.array(z.unknown()) });

/** Reads registers entry by entry, so that one that is broken hides no other. */
export async function loadRegister(context: LoadContext, paths: readonly string[]): Promise<Register> {
  const entries: Entry[] = [];
  const broken: FindingDraft[] = [];
  for (const source of context.readAll(paths)) {
    try {
      const read = await readRegister(source);
      entries.push(...read.entries);
      broken.push(...read.broken);
    } catch (thrown) {
      context.problem(source.path, thrown);
    }
  }
  return { entries, broken, files: paths };
}

async function readRegister(source: SourceFile): Promise<Omit<Register, 'files'>> {
  const { path } = source;
  const documents = await parseDocuments(source);
  if (documents.length !== 1) {
    throw new HeliosError('input', `holds ${documents.length} documents`, { path, hint: 'Write exactly one.' });
  }
  const file = fileSchema.safeParse(documents[0]);
  if (!file.success) return { entries: [], broken: draftsOf(path, [], path, file.error.issues) };
  const entries: Entry[] = [];
  const broken: FindingDraft[] = [];
  for (const [index, value] of file.data.exceptions.entries()) {
    const at = ['exceptions', index];
    const entry = exceptionSchema.safeParse(value);
    if (entry.success) entries.push({ exception: entry.data, path, at });
    else broken.push(...draftsOf(path, at, nameOf(value, index), entry.error.issues));
  }
  return { entries, broken };
}

/** One finding for each thing that is wrong; the pointer of what is missing leads to the entry. */
function draftsOf(path: string, at: Pointer, subject: string, issues: readonly z.core.$ZodIssue[]): FindingDraft[] {
  return issues.map((issue) => {
    const steps = issue.path.filter((step) => typeof step !== 'symbol');
    const where = steps.length === 0 ? '' : `${steps.join('.')}: `;
    return {
      ruleId: 'exception/broken-entry',
      path,
      at: { pointer: [...at, ...steps] },
      subject,
      matched: `${steps.join('.')} ${issue.code}`,
      message: `${subject} counts for nothing: ${where}${issue.message}`,
    };
  });
}

function nameOf(value: unknown, index: number): string {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined;
  return typeof id === 'string' && id.trim() !== '' ? id : `entry ${index + 1}`;
}

export function byId(entries: readonly Entry[]): ById {
  return new Map(entries.map(({ exception }) => [exception.id, exception]));
}

/** A finding about an entry, or about one of its fields. */
export function draftOn(
  { exception, path, at }: Entry,
  ruleId: string,
  field: string,
  message: string,
  remedy?: string,
): FindingDraft {
  return {
    ruleId: `exception/${ruleId}`,
    path,
    at: { pointer: [...at, ...field.split('.')] },
    subject: exception.id,
    matched: field,
    message: `${exception.id} ${message}`,
    owner: exception.owner,
    ...(remedy !== undefined && { remedy }),
  };
}
