// SPDX-License-Identifier: Apache-2.0
import type { Command, Io } from '@helios/core/cli';
import type { OpenFlags } from './command.ts';

export function addFailureCommands(program: Command, io: Io, done: (exit: number) => void): void {
  program
    .command('open-prs')
    .description('keep one issue for each control that fails: owner, date, rollback plan; say what would be told')
    .requiredOption('--to <connector>', 'a connector of helios.yaml that takes issues')
    .option('--apply', 'tell it, and leave a record of each failure')
    .option('-c, --config <file>', 'configuration; else the nearest helios.yaml upward')
    .option('--evidence-dir <folder>', 'where to leave the records')
    .option('--key <file>', 'PEM file of the P-256 key that signs the records')
    .option('--keyless', 'sign the records by the services of evidence.keyless, as this CI job')
    .action(async (flags: OpenFlags) => {
      done(await (await import('./command.ts')).openIssues(flags, io));
    });
}
