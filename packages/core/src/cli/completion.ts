// SPDX-License-Identifier: Apache-2.0
import type { Command } from 'commander';
import { fail } from '../error.ts';

/** A command as shells complete it. */
interface Entry {
  /** The words that lead to it: '', `evidence`, `evidence verify`. */
  readonly path: string;
  readonly commands: readonly Word[];
  readonly options: readonly Word[];
}

interface Word {
  readonly text: string;
  readonly about: string;
}

const SHELLS = { bash: drawBash, zsh: drawZsh, fish: drawFish } as const;

/** The completion script of a program, made of its own commands and options. Throws HeliosError `usage`. */
export function completionScript(program: Command, shell: string): string {
  if (!Object.hasOwn(SHELLS, shell)) {
    fail('usage', `no completion for "${shell}"`, { hint: `Shells: ${Object.keys(SHELLS).join(', ')}.` });
  }
  return SHELLS[shell as keyof typeof SHELLS](program.name(), entriesOf(program, []));
}

function entriesOf(command: Command, path: readonly string[]): Entry[] {
  const commands = command.commands.map((each) => ({ text: each.name(), about: each.description() }));
  const options = command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long, short, description }) =>
      [long, short].flatMap((text) => (text ? [{ text, about: description }] : [])),
    );
  return [
    { path: path.join(' '), commands, options },
    ...command.commands.flatMap((each) => entriesOf(each, [...path, each.name()])),
  ];
}

/** `sec-attack-mapper` as a part of a function's name. */
const identifier = (name: string): string => name.replaceAll(/[^a-z]/g, '_');

/** Follows the words before the cursor as far as they name commands; options and files do not count. */
function followWords(entries: readonly Entry[], words: string): string {
  const paths = entries.filter(({ path }) => path !== '').map(({ path }) => `"${path}"`);
  return `  local word path=""
  for word in ${words}; do
    case "\${path:+$path }$word" in
      ${paths.join('|')}) path="\${path:+$path }$word" ;;
    esac
  done`;
}

function drawBash(name: string, entries: readonly Entry[]): string {
  const cases = entries.map(({ path, commands, options }) => {
    const words = [...commands, ...options].map(({ text }) => text).join(' ');
    return `    "${path}") words="${words}" ;;`;
  });
  return `# bash completion for ${name}: source <(${name} completion bash)
_${identifier(name)}() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" words=""
${followWords(entries, '"${COMP_WORDS[@]:1:COMP_CWORD-1}"')}
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -o bashdefault -F _${identifier(name)} ${name}
`;
}

function drawZsh(name: string, entries: readonly Entry[]): string {
  const cases = entries.map(({ path, commands, options }) => {
    const items = [...commands, ...options].map(({ text, about }) => quoted(`${text.replaceAll(':', '\\:')}:${about}`));
    return `    "${path}") items=(${items.join(' ')}) ;;`;
  });
  return `#compdef ${name}
# zsh completion for ${name}: source <(${name} completion zsh)
_${identifier(name)}() {
  local -a items
${followWords(entries, '"${(@)words[2,CURRENT-1]}"')}
  case "$path" in
${cases.join('\n')}
  esac
  _describe -t commands ${name} items
  _files
}
compdef _${identifier(name)} ${name}
`;
}

function drawFish(name: string, entries: readonly Entry[]): string {
  const lines = entries.flatMap(({ path, commands, options }) => {
    const deeper = entries.filter((each) => isChild(each.path, path)).map((each) => each.path.split(' ').at(-1));
    const seen = path
      .split(' ')
      .filter((word) => word !== '')
      .map((word) => `__fish_seen_subcommand_from ${word}`);
    const unseen = deeper.length === 0 ? [] : [`not __fish_seen_subcommand_from ${deeper.join(' ')}`];
    const condition = [...seen, ...unseen].join('; and ');
    const where = condition === '' ? '' : ` -n ${quoted(condition)}`;
    return [
      ...commands.map(({ text, about }) => `complete -c ${name}${where} -a ${text} -d ${quoted(about)}`),
      ...options.map(
        ({ text, about }) =>
          `complete -c ${name}${where} ${text.startsWith('--') ? '-l' : '-s'} ${text.replace(/^--?/, '')} -d ${quoted(about)}`,
      ),
    ];
  });
  return `# fish completion for ${name}: ${name} completion fish | source\n${lines.join('\n')}\n`;
}

function isChild(path: string, parent: string): boolean {
  return (
    path !== parent &&
    path.startsWith(parent) &&
    path.split(' ').length === parent.split(' ').filter(Boolean).length + 1
  );
}

/** In single quotes, where shells take everything as it is. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
