// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { FindingDraft, Pointer, Rule } from '../../src/finding/index.ts';
import type { Evaluation, Gate, LoadContext } from '../../src/gate/index.ts';
import { parseDocuments, readNdjson, type SourceFile } from '../../src/input/index.ts';

const rule = (name: string, level: Rule['level'], title: string): Rule => ({
  id: `words/${name}`,
  major: 1,
  level,
  title,
  why: 'A gate for tests needs something to find.',
  fix: 'Write another word.',
});

export const RULES = [
  { ...rule('forbidden', 'error', 'A word is forbidden'), example: { bad: 'a: secret\n', good: 'a: open\n' } },
  rule('misspelt', 'warning', 'A word is misspelt'),
  rule('repeated', 'note', 'A list says a word twice'),
] satisfies readonly Rule[];

const optionsSchema = z.strictObject({
  include: z.array(z.string().min(1)).default(['**/*.{yml,yaml,json,toml,ndjson}']),
  exclude: z.array(z.string().min(1)).default([]),
  forbidden: z.array(z.string()).default(['secret']),
  /** What breaks the gate itself, for tests of that. */
  limits: z.strictObject({ share: z.strictObject({ clean: z.number().default(0) }).prefault({}) }).prefault({}),
});

interface Word {
  readonly path: string;
  readonly document: number;
  readonly pointer: Pointer;
  readonly word: string;
  /** Whether an item before it in the same list is equal. */
  readonly again: boolean;
}

interface Inputs {
  readonly files: number;
  readonly words: readonly Word[];
}

/** A small real gate: reads files of every syntax, finds words in them, mends some. The word `crash` is a defect of it. */
export const gate: Gate<typeof optionsSchema, Inputs> = {
  id: 'words',
  title: 'Documents use the right words',
  unit: 'files',
  rules: RULES,
  options: optionsSchema,
  glob: '**/*.{yml,yaml,json,toml,ndjson}',
  load,
  evaluate,
};

async function load(context: LoadContext, options: z.infer<typeof optionsSchema>): Promise<Inputs> {
  const words: Word[] = [];
  let files = 0;
  for (const source of context.readAll(context.files(options))) {
    try {
      const found = await context.derive('words', source, wordsOf);
      words.push(...found.map((word) => ({ ...word, path: source.path })));
      files++;
    } catch (thrown) {
      context.problem(source.path, thrown);
    }
  }
  return { files, words };
}

async function wordsOf(source: SourceFile): Promise<Omit<Word, 'path'>[]> {
  const documents = source.path.endsWith('.ndjson') ? await recordsOf(source) : await parseDocuments(source);
  return documents.flatMap((root, document) => [...wordsIn(root, [])].map((word) => ({ document, ...word })));
}

async function recordsOf({ path, text }: SourceFile): Promise<unknown[]> {
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text);
  }
  return (await Array.fromAsync(readNdjson(path, stream()))).map(({ value }) => value);
}

function* wordsIn(
  value: unknown,
  pointer: Pointer,
  again = false,
): Generator<Pick<Word, 'pointer' | 'word' | 'again'>> {
  if (typeof value === 'string') yield { pointer, word: value, again };
  else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* wordsIn(item, [...pointer, index], value.indexOf(item) < index);
  } else if (value !== null && typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) yield* wordsIn(inner, [...pointer, key]);
  }
}

function evaluate({ files, words }: Inputs, options: z.infer<typeof optionsSchema>): Evaluation {
  const findings = words.flatMap((word): FindingDraft[] => {
    if (word.word === 'crash') throw new TypeError('the words gate has a defect');
    const base = {
      path: word.path,
      at: { document: word.document, pointer: word.pointer, text: word.word },
      subject: word.pointer.join('.'),
      matched: word.word,
    };
    if (options.forbidden.includes(word.word)) {
      return [{ ...base, ruleId: 'words/forbidden', message: `"${word.word}" is forbidden` }];
    }
    if (word.word === 'teh') {
      const fix = { title: 'Write "the"', edit: { kind: 'replace', newText: 'the' } } as const;
      return [{ ...base, ruleId: 'words/misspelt', message: '"teh" is no word', fix, remedy: 'Write "the".' }];
    }
    if (word.again) {
      const fix = { title: 'Remove the second', edit: { kind: 'remove' } } as const;
      return [{ ...base, ruleId: 'words/repeated', message: `"${word.word}" stands there already`, fix }];
    }
    return [];
  });
  const clean = words.length - findings.length;
  return {
    findings,
    metrics:
      words.length === 0
        ? []
        : [
            {
              id: 'clean',
              title: 'clean words',
              value: (100 * clean) / words.length,
              unit: '%',
              sample: { hits: clean, of: words.length },
            },
          ],
    checked: files,
  };
}
