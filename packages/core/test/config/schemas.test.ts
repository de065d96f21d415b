// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../src/input/index.ts';

const ROOT = dirname(dirname(dirname(dirname(import.meta.dirname))));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const PAIRS = [
  ['helios.yaml', 'packages/sec/schema/helios.schema.json'],
  ['controls/exceptions/register.yaml', 'controls/opa/policies/exception.schema.json'],
  ['controls/catalog/scope.yaml', 'packages/attack-mapper/schema/scope.schema.json'],
] as const;

describe('the published JSON Schema', () => {
  it.each(PAIRS)('that %s names takes it, and refuses it with a key misspelt', (path, schema) => {
    const ajv = new Ajv2020({ allErrors: true });
    addFormats.default(ajv);
    const validate = ajv.compile(JSON.parse(read(schema)) as object);
    const [document] = parseYaml(path, read(path)) as [Record<string, unknown>];
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...document, excpetions: [] })).toBe(false);
    const named = /\$schema=(\S+)/.exec(read(path))?.[1] ?? '';
    expect(join(dirname(path), named)).toBe(schema);
  });
});
