// SPDX-License-Identifier: Apache-2.0
import { addCatalogueCommands, addCheckFlags, type Command, createRun, type RawFlags } from '@helios/core/cli';
import type { Terms } from '@helios/core/finding';
import { VERSION } from '@helios/core/version';
import { addEvidenceCommands, addFolderFlag, addLogFlag } from './evidence/cli.ts';
import type { ReportFlags } from './report/command.ts';
import { addSendCommands } from './send/cli.ts';

export const run = createRun({
  name: 'sec',
  version: VERSION,
  description: 'Runs all configured gates, shows and verifies their evidence, builds policies.',
  commands(program, io, done) {
    addCheckFlags(program.command('gate'))
      .description('run all gates of helios.yaml, or only those named')
      .argument('[gates...]', 'ids of gates')
      .action(async (ids: string[], raw: RawFlags) => {
        const [{ check, parseCheckFlags }, { allGates }] = await Promise.all([
          import('@helios/core/cli/actions'),
          import('./all-gates.ts'),
        ]);
        done(await check(allGates(ids, parseCheckFlags([], raw)), io));
      });
    addCatalogueCommands(program, io, async () => (await import('./gates.ts')).loadGates());

    addEvidenceCommands(program, io, done);

    addLogFlag(addFolderFlag(program.command('report')))
      .description('draw a recorded run as one page of HTML: verdicts, metrics, findings, heatmaps, evidence')
      .argument('[file]', 'a file of the evidence folder, or how its path begins; else the latest run')
      .option('-o, --output <file>', 'where to write the page; else stdout')
      .action(async (file: string | undefined, flags: ReportFlags) => {
        done(await (await import('./report/command.ts')).report(file, flags, io));
      });

    addSendCommands(program, io, done);

    program
      .command('init')
      .description('look at a repository and write the helios.yaml, folders and CI file that fit it')
      .argument('[folder]', 'folder of the repository', '.')
      .option('-y, --yes', 'write without asking')
      .action(async (folder: string, flags: { yes?: boolean }) => {
        done(await (await import('./init/init.ts')).init(folder, flags, io));
      });

    program
      .command('doctor')
      .description('say what is missing here and how to get it; exit 2 if something is broken')
      .option('-f, --format <name>', 'text or json', 'text')
      .action(async (flags: { format: string }) => {
        done(await (await import('./doctor/doctor.ts')).doctor(flags, io));
      });

    const baseline = program
      .command('baseline')
      .description('accept findings that were there before, and forget those mended');
    addJudgeFlags(baseline.command('accept'))
      .description('add all open findings to the baseline')
      .argument('[gates...]', 'ids of gates')
      .requiredOption('--owner <who>', 'who answers for them')
      .requiredOption('--reason <why>', 'why they cannot be mended now')
      .requiredOption('--expires <day>', 'UTC day after which they count again')
      .action(async (ids: string[], raw: RawFlags & Terms) => {
        done(await (await import('./baseline/commands.ts')).acceptBaseline(ids, raw, io));
      });
    addJudgeFlags(baseline.command('prune'))
      .description('remove the entries that match nothing any more')
      .action(async (raw: RawFlags) => done(await (await import('./baseline/commands.ts')).prune(raw, io)));

    const policy = program
      .command('policy')
      .description('test, compile and verify Rego policies; only build and test need opa');
    for (const [name, description] of POLICY_COMMANDS) {
      policy
        .command(name)
        .description(description)
        .argument('[bundle]', 'folder of the policies', 'controls/opa')
        .option('--opa <file>', 'the opa to use; else $OPA, else the one on PATH')
        .action(async (bundle: string, flags: { opa?: string }) => {
          done(await (await import('./policy/run.ts')).runPolicyCommand(name, bundle, flags, io));
        });
    }
    program
      .command('schema')
      .description('print the JSON Schema of helios.yaml')
      .action(async () => io.stdout.write(await (await import('./schema.ts')).configJsonSchema()));
  },
});

/** Of the flags of a check those that say what is judged: nothing is reported or left as proof. */
function addJudgeFlags(command: Command): Command {
  return command
    .option('-c, --config <file>', 'configuration; else the nearest helios.yaml upward')
    .option('--as-of <moment>', 'judge as of this UTC day or instant instead of now');
}

const POLICY_COMMANDS = [
  ['build', 'test, compile and lock'],
  ['test', 'run the tests of the policies'],
  ['verify', 'check that module, sources and lock belong together'],
] as const;
