// SPDX-License-Identifier: Apache-2.0
export { parseDocuments, syntaxOf, type Syntax } from './documents.ts';
export { applyEdits, editOf } from './edit.ts';
export { type FileSelection, listFiles, literalGlob, matcherOf } from './files.ts';
export { parseJson, parseStrictJson } from './json.ts';
export { LIMITS } from './limits.ts';
export { locatorOf } from './locate.ts';
export { readNdjson } from './ndjson.ts';
export { checkPath, decodeUtf8, readBytes, type RealFolders, readSource, type SourceFile } from './source.ts';
export { parseToml } from './toml.ts';
export { parseYaml } from './yaml.ts';
