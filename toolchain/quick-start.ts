// SPDX-License-Identifier: Apache-2.0
// What makes a bundled binary start quicker, and changes nothing else. A gate runs for a fraction of a second, and often.
import type { Plugin } from 'rolldown';

/** An import of a built-in module as rolldown writes it: of the module as a whole, of single names, or of both. */
const BUILTIN =
  /^import (?:(?:\* as )?(?<whole>[\w$]+)(?:, )?)?(?:\{ (?<names>[^}]+) \})? from "(?<id>node:[\w/]+)";$/gm;

interface Import {
  readonly whole?: string;
  readonly names?: string;
  readonly id: string;
}

/** Loaded when something of it is asked for: commander starts programs with it, and ours have no need to. */
const SELDOM_USED = new Set(['node:child_process']);

export const quickStart: Plugin = {
  name: 'quick-start',

  // zod compiles each schema to code of its own when it first parses: most schemas here parse once in a run.
  transform: {
    filter: { id: /[\\/]zod[\\/]v4[\\/]core[\\/]core\.js$/ },
    handler: (code) => `${code}\nglobalConfig.jitless = true;\n`,
  },

  // An ES module's view of a built-in one asks it for every name there is, and so loads half of Node.
  renderChunk: (code) => code.replace(BUILTIN, (...match) => taken(match.at(-1) as Import)),
};

function taken({ whole, names, id }: Import): string {
  const builtin = `globalThis.process.getBuiltinModule("${id}")`;
  const lazy = `new Proxy({}, { get: (_, name) => ${builtin}[name] })`;
  return [
    ...(whole === undefined ? [] : [`const ${whole} = ${SELDOM_USED.has(id) ? lazy : builtin};`]),
    ...(names === undefined ? [] : [`const { ${names.replaceAll(' as ', ': ')} } = ${builtin};`]),
  ].join(' ');
}

/** The same program in ASCII: V8 reads, hashes and keeps a text with any other character at twice its size. */
export function inAscii(code: string): string {
  return code.replaceAll(/(\\*)([^\0-\x7f])/g, (_, slashes: string, char: string) => {
    if (slashes.length % 2 === 1)
      throw new Error(`the bundle holds a backslash before ${char}, which has no escape of its own`);
    return `${slashes}\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
