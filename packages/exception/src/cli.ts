// SPDX-License-Identifier: Apache-2.0
import { type Command, gateProgram } from '@helios/core/cli';
import type { BurnDownFlags } from './burn-down/command.ts';
import type { CloseFlags } from './closing/command.ts';
import type { ExtendFlags } from './extension/command.ts';
import type { WarnFlags } from './notice/command.ts';
import type { PageFlags } from './paging/command.ts';
import type { ExportFlags, ImportFlags } from './poam/command.ts';

export const run = gateProgram({
  id: 'exception',
  description: 'Judges whether exceptions are agreed, in date and in use; closes, warns of and extends them.',
  gate: async () => (await import('./gate.ts')).gate,
  commands(program, io, done) {
    addRunnerFlags(program.command('auto-close'))
      .description('close exceptions whose cause the evidence shows to be gone')
      .option('--to <connector>', 'propose it there as a pull request instead')
      .option('--base <branch>', 'branch that the request is for; else the one checked out')
      .action(async (flags: CloseFlags) => {
        done(await (await import('./closing/command.ts')).autoClose(flags, io));
      });
    addRunnerFlags(program.command('warn'))
      .description('tell owners of exceptions that are about to expire, and of those that have, each once')
      .option('--to <connector>', 'tell it there; else the record alone tells')
      .option('--every <hours>', 'how often this runs: later than that is late', '24')
      .action(async (flags: WarnFlags) => {
        done(await (await import('./notice/command.ts')).warn(flags, io));
      });
    addRunnerFlags(program.command('page'))
      .description('call owners about what is overdue, up the steps of a routing file')
      .requiredOption('-r, --routing <file>', 'who is called when (helios/exception-routing/v1)')
      .action(async (flags: PageFlags) => {
        done(await (await import('./paging/command.ts')).page(flags, io));
      });
    addRunnerFlags(program.command('extend'))
      .description('add an entry that continues another; it is a draft without an approver')
      .argument('<id>', 'the exception to continue')
      .requiredOption('--expires <moment>', 'until when; kept as given, or refused')
      .requiredOption('--reason <text>', 'why the cause is still there')
      .requiredOption('--requester <name>', 'who asks')
      .option('--approver <name>', 'who has agreed; not the requester')
      .option('--review <name>', 'who has looked at the risk anew; needed once it has expired')
      .option('--id <id>', 'id of the new entry; else the next number')
      .action(async (id: string, flags: ExtendFlags) => {
        done(await (await import('./extension/command.ts')).extend(id, flags, io));
      });
    addRunnerFlags(program.command('burn-down'))
      .description('draw how many exceptions were open day by day: chart, dashboard, record')
      .option('-o, --output <folder>', 'where chart and dashboard go', 'analytics/dashboards')
      .option('--days <number>', 'how far back', '180')
      .action(async (flags: BurnDownFlags) => {
        done(await (await import('./burn-down/command.ts')).burnDown(flags, io));
      });
    const poam = program.command('poam').description('exceptions as an OSCAL plan of action and milestones');
    poam
      .command('export')
      .description('write it; the same register gives the same bytes')
      .option('-c, --config <file>', 'configuration; else the nearest helios.yaml upward')
      .option('-o, --output <file>', 'where to; else stdout')
      .option('--title <text>', 'its title', 'Plan of action and milestones')
      .action(async (flags: ExportFlags) => {
        done(await (await import('./poam/command.ts')).exportPoam(flags, io));
      });
    poam
      .command('import')
      .description('make a register of one; what has no deadline is refused')
      .argument('<file>', 'OSCAL JSON')
      .option('-o, --output <file>', 'where to; else stdout')
      .option('--requester <name>', 'who asks for what does not say so')
      .action(async (file: string, flags: ImportFlags) => {
        done(await (await import('./poam/command.ts')).importPoam(file, flags, io));
      });
  },
});

function addRunnerFlags(command: Command): Command {
  return command
    .option('-c, --config <file>', 'configuration; else the nearest helios.yaml upward')
    .option('--apply', 'do it; else it is only said')
    .option('--evidence-dir <folder>', 'where to leave the proof')
    .option('--key <file>', 'PEM file of the P-256 key that signs the proof')
    .option('--keyless', 'sign the proof by the services of evidence.keyless, as this CI job');
}
