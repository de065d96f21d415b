// SPDX-License-Identifier: Apache-2.0
import type { Command } from 'commander';
import type { AnyGate } from '../gate/gate.ts';
import { VERSION } from '../version.ts';
import { addCheckFlags, type RawFlags } from './flags.ts';
import type { Io, Run } from './io.ts';
import { createRun } from './program.ts';

export interface GateProgramDefinition {
  /** The gate's id; the binary is `sec-<id>`. */
  readonly id: string;
  readonly description: string;
  /** Loaded when a command needs it, not for `--help`. */
  readonly gate: () => Promise<AnyGate>;
  /** What else it judges: where helios.yaml configures it, and no paths are named, which are the gate's own. */
  readonly others?: readonly (() => Promise<AnyGate>)[];
  /** The gate's own runners. */
  readonly commands?: (program: Command, io: Io, done: (exit: number) => void) => void;
}

/** The command line that every gate has: `check` (the default), `rules`, `explain`, and its own runners. */
export function gateProgram(definition: GateProgramDefinition): Run {
  const name = `sec-${definition.id}`;
  return createRun({
    name,
    version: VERSION,
    description: definition.description,
    commands(program, io, done) {
      addCheckFlags(program.command('check', { isDefault: true }))
        .description('judge files and leave a proof of the verdict')
        .argument('[paths...]', 'files and folders to judge instead of those in helios.yaml')
        .action(async (paths: string[], raw: RawFlags) => {
          const [{ check }, { parseCheckFlags }] = await Promise.all([
            import('./check.ts'),
            import('./parse-flags.ts'),
          ]);
          const flags = parseCheckFlags(paths, raw);
          done(
            await check(
              {
                gates: (project) => configuredGates(definition, paths.length > 0 ? {} : project.config.gates),
                tool: { name, version: VERSION },
                flags,
                many: false,
              },
              io,
            ),
          );
        });
      addCatalogueCommands(program, io, () => allGates(definition));
      definition.commands?.(program, io, done);
    },
  });
}

/** Of all that the program judges what is configured; the gate that it is named after where nothing is. */
async function configuredGates(
  definition: GateProgramDefinition,
  configured: Readonly<Record<string, unknown>>,
): Promise<readonly AnyGate[]> {
  const gates = (await allGates(definition)).filter(({ id }) => id in configured);
  return gates.length === 0 ? [await definition.gate()] : gates;
}

async function allGates({ gate, others = [] }: GateProgramDefinition): Promise<readonly AnyGate[]> {
  return Promise.all([gate, ...others].map((load) => load()));
}

/** `rules` and `explain`, over the rules of any number of gates. */
export function addCatalogueCommands(program: Command, io: Io, gates: () => Promise<readonly AnyGate[]>): void {
  program
    .command('rules')
    .description('list the rules')
    .option('-f, --format <name>', 'text, json or markdown', 'text')
    .action(async (raw: { format: string }) => {
      const { listRules } = await import('./catalogue.ts');
      io.stdout.write(listRules(await gates(), raw.format));
    });
  program
    .command('explain')
    .description('say what a rule is about and how to mend what breaks it')
    .argument('<rule>')
    .action(async (rule: string) => {
      const { explainRule } = await import('./catalogue.ts');
      io.stdout.write(explainRule(await gates(), rule));
    });
}
