// SPDX-License-Identifier: Apache-2.0
import { fail } from '../error.ts';
import { parseStrictJson } from './json.ts';
import { checkShape } from './limits.ts';
import type { SourceFile } from './source.ts';
import { parseToml } from './toml.ts';
import { isLooselyIndented, parseYaml } from './yaml.ts';

export type Syntax = 'yaml' | 'json' | 'toml';

const SYNTAX_OF: Readonly<Record<string, Syntax>> = {
  yaml: 'yaml',
  yml: 'yaml',
  json: 'json',
  toml: 'toml',
};

/** The syntax that a file name's ending promises. */
export function syntaxOf(path: string): Syntax | undefined {
  return SYNTAX_OF[path.slice(path.lastIndexOf('.') + 1).toLowerCase()];
}

/**
 * The documents of a file: any number in YAML, one in JSON and TOML. Equal keys are refused in each. Throws HeliosError
 * `input`. Who will not look at the values of some keys of a document says so: they may come empty or not at all, which is quicker.
 */
export async function parseDocuments(source: SourceFile, unread?: ReadonlySet<string>): Promise<readonly unknown[]> {
  switch (syntaxOf(source.path)) {
    case 'yaml':
      return parseAnyYaml(source, unread);
    case 'json':
      return [parseStrictJson(source.path, source.text)];
    case 'toml':
      return [await parseToml(source.path, source.text)];
    case undefined:
      return fail('input', 'not a .yaml, .yml, .json or .toml file', {
        path: source.path,
        hint: 'Rename the file by its format, or exclude it.',
      });
  }
}

type Documents = readonly unknown[];

function parseAnyYaml({ path, text }: SourceFile, unread?: ReadonlySet<string>): Documents | Promise<Documents> {
  try {
    return parseYaml(path, text, unread);
  } catch (thrown) {
    if (!isLooselyIndented(thrown)) throw thrown;
    return parseLoosely(path, text);
  }
}

async function parseLoosely(path: string, text: string): Promise<Documents> {
  const { parseLenientYaml } = await import('./yaml-lenient.ts');
  const documents = parseLenientYaml(path, text);
  for (const document of documents) checkShape(path, document);
  return documents;
}
