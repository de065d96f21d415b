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

/** The documents of a file: any number in YAML, one in JSON and TOML. Equal keys are refused in each. Throws HeliosError `input`. */
export async function parseDocuments(source: SourceFile): Promise<readonly unknown[]> {
  switch (syntaxOf(source.path)) {
    case 'yaml':
      return parseAnyYaml(source);
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

async function parseAnyYaml({ path, text }: SourceFile): Promise<readonly unknown[]> {
  try {
    return parseYaml(path, text);
  } catch (thrown) {
    if (!isLooselyIndented(thrown)) throw thrown;
    const { parseLenientYaml } = await import('./yaml-lenient.ts');
    const documents = parseLenientYaml(path, text);
    for (const document of documents) checkShape(path, document);
    return documents;
  }
}
