// SPDX-License-Identifier: Apache-2.0
import type { Command, Io } from '@helios/core/cli';
import { addFolderFlag } from '../evidence/cli.ts';
import type { SendChangesFlags } from './changes.ts';
import type { SendRunFlags } from './run.ts';

/** `sec send …`: what is said to others, each time first what would be said. */
export function addSendCommands(program: Command, io: Io, done: (exit: number) => void): void {
  const send = program
    .command('send')
    .description('tell a connector of helios.yaml; without --apply only say what it would be told');
  addSendFlags(addFolderFlag(send.command('run')))
    .description(
      'a recorded run: a check with annotations on its commit, an alert for each gate that fails or passes again',
    )
    .argument('[file]', 'a file of the evidence folder, or how its path begins; else the latest run')
    .option('--commit <id>', 'commit to check; else the one recorded, else that of the CI job')
    .action(async (file: string | undefined, flags: SendRunFlags) => {
      done(await (await import('./run.ts')).sendRun(file, flags, io));
    });
  addSendFlags(send.command('changes'))
    .description('what differs from the commit here, as a pull or merge request')
    .argument('[paths...]', 'only these files and folders')
    .requiredOption('--title <text>', 'title of the request')
    .option('--body <markdown>', 'what it says')
    .option('--key <text>', 'what makes it the same request next time; else the title')
    .option('--base <branch>', 'branch that it is for; else the one checked out')
    .action(async (paths: string[], flags: SendChangesFlags) => {
      done(await (await import('./changes.ts')).sendChanges(paths, flags, io));
    });
}

function addSendFlags(command: Command): Command {
  return command.requiredOption('--to <connector>', 'name of the connector in helios.yaml').option('--apply', 'do it');
}
