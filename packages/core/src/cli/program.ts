// SPDX-License-Identifier: Apache-2.0
import type { Command } from 'commander';
import { EXIT } from '../gate/result.ts';
import type { Io, Run } from './io.ts';

export interface ProgramDefinition {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** Adds commands; each action answers with its exit code through `done`. */
  readonly commands: (program: Command, io: Io, done: (exit: number) => void) => void;
}

/** Builds a `run` out of commands. `--version` alone loads nothing. */
export function createRun(definition: ProgramDefinition): Run {
  return async (argv, io) => {
    if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
      io.stdout.write(`${definition.version}\n`);
      return EXIT.pass;
    }
    const { Command, CommanderError } = await import('commander');
    let exit: number = EXIT.pass;
    let complaint = '';
    const program = new Command(definition.name)
      .description(definition.description)
      .version(definition.version)
      .exitOverride()
      .showHelpAfterError(`(${definition.name} --help lists what is there)`)
      .configureOutput({
        writeOut: (text) => io.stdout.write(text),
        writeErr: (text) => void (complaint += text),
        getOutHelpWidth: () => io.stdout.columns,
        getErrHelpWidth: () => io.stderr.columns,
      });
    definition.commands(program, io, (code) => (exit = code));
    program
      .command('completion')
      .description('print the completion script of a shell: bash, zsh or fish')
      .argument('<shell>')
      .action(async (shell: string) => {
        io.stdout.write((await import('./completion.ts')).completionScript(program, shell));
      });
    try {
      await program.parseAsync([...argv], { from: 'user' });
      return exit;
    } catch (thrown) {
      if (thrown instanceof CommanderError) {
        // It repeats arguments.
        if (complaint !== '') io.stderr.write((await import('./shown.ts')).shownLines(complaint));
        return thrown.exitCode === 0 ? EXIT.pass : EXIT.usage;
      }
      const { reportError } = await import('./errors.ts');
      return reportError(thrown, definition.name, io);
    }
  };
}
