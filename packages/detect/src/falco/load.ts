// SPDX-License-Identifier: Apache-2.0
import { HeliosError } from '@helios/core/error';
import { parseDocuments } from '@helios/core/input';
import { SOURCES } from './evaluate/field-type.ts';
import { Collection } from './rules/collection.ts';
import { Compiler } from './rules/compile.ts';
import { IssueLog, LOAD_CODES, type LoadIssue } from './rules/issue.ts';
import { type Extension, readItem } from './rules/read.ts';
import type { Loaded } from './ruleset.ts';

/** The engine whose rules Helios understands: what `required_engine_version` is held against. */
const ENGINE_VERSION = '0.57.0';

/** A rules file, parsed; or the reason why it could not be read or parsed. */
export type RulesFile =
  | { readonly path: string; readonly documents: readonly unknown[] }
  | { readonly path: string; readonly issue: LoadIssue };

export interface LoadOptions {
  /** x.y.z; ENGINE_VERSION where absent. */
  readonly engineVersion?: string;
  /** Event sources beside syscall and k8s_audit, such as those of plugins. They take any field. */
  readonly sources?: readonly string[];
  readonly extension?: Extension;
}

/** Parses the text of a rules file. Never throws for what the text is. */
export async function parseRulesFile(path: string, text: string): Promise<RulesFile> {
  try {
    // The name decides the syntax for core, and rules are YAML under any name.
    const yaml = /\.ya?ml$/i.test(path) ? path : `${path}.yaml`;
    return { path, documents: await parseDocuments({ path: yaml, text, sha256: '' }) };
  } catch (thrown) {
    if (!(thrown instanceof HeliosError)) throw thrown;
    const { line, column } = thrown.detail;
    const issue: LoadIssue = {
      code: 'LOAD_ERR_YAML_PARSE',
      level: LOAD_CODES.LOAD_ERR_YAML_PARSE.level,
      path,
      message: thrown.message,
      ...(line !== undefined && { line }),
      ...(column !== undefined && { column }),
    };
    return { path, issue };
  }
}

/** A rules file that could not be read. */
export function unreadableRulesFile(path: string, reason: string): RulesFile {
  const code = 'LOAD_ERR_FILE_READ';
  return { path, issue: { code, level: LOAD_CODES[code].level, path, message: reason } };
}

/**
 * Loads rules files in order, each upon those before it. Falco stops at the first error; here every one is told, what
 * is wrong is left out, and what compiles is returned: whoever judges has to refuse a ruleset with errors.
 */
export function loadRuleset(files: readonly RulesFile[], options: LoadOptions = {}): Loaded {
  const log = new IssueLog();
  const unread: LoadIssue[] = [];
  const sources = new Set([...SOURCES, ...(options.sources ?? [])]);
  const collection = new Collection(sources, log);
  const engineVersion = options.engineVersion ?? ENGINE_VERSION;
  const reading = { collection, log, engineVersion, extension: options.extension };
  for (const file of files) {
    if ('issue' in file) {
      unread.push(file.issue);
      continue;
    }
    file.documents.forEach((document, index) => {
      if (document === null || document === undefined) return;
      if (!Array.isArray(document)) {
        log.add(
          'LOAD_ERR_YAML_VALIDATE',
          { path: file.path, at: { document: index, pointer: [] } },
          'a rules file must be a sequence of mappings',
        );
        return;
      }
      document.forEach((item: unknown, i) => {
        if (item !== null) readItem(item, { path: file.path, at: { document: index, pointer: [i] } }, reading);
      });
    });
  }
  const compiler = new Compiler(collection, sources, log);
  const rules = compiler.rules();
  const ruleset = {
    rules,
    macros: [...collection.macros.values()].map(({ name, condition, place }) => {
      const expression = compiler.macros.expressionOf(name);
      const eventTypes = expression && compiler.macros.eventTypesOf(expression);
      return { name, text: condition.text, place, ...(eventTypes && { eventTypes }) };
    }),
    lists: [...collection.lists.values()].map(({ name, items, place }) => ({
      name,
      items: items.map(({ text }) => text),
      place,
    })),
    plugins: collection.plugins,
    ...(collection.engineVersion !== undefined && { engineVersion: collection.engineVersion }),
  };
  return { ruleset, issues: [...unread, ...log.issues] };
}
