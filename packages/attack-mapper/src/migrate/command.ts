// SPDX-License-Identifier: Apache-2.0
import type { Io } from '@helios/core/cli';
import { judge, parseCheckFlags, shown } from '@helios/core/cli/actions';
import type { Finding } from '@helios/core/finding';
import { applyFixes, EXIT, type ExitCode, runGate } from '@helios/core/gate';
import { VERSION } from '@helios/core/version';
import { openShipped } from '../catalog/shipped.ts';
import { gate } from '../gate.ts';
import type { Options } from '../options.ts';
import { type Migration, planMigration } from './migrate.ts';

export interface MigrateFlags {
  readonly config?: string;
  readonly from: string;
  readonly to: string;
  readonly write?: boolean;
}

/** `sec-attack-mapper migrate`: exit 1 while something is left that a person must decide. */
export async function migrate(paths: readonly string[], flags: MigrateFlags, io: Io): Promise<ExitCode> {
  const [from, to] = [openShipped('attack', flags.from), openShipped('attack', flags.to)];
  const { project, report } = await judge(
    {
      gates: async () => [gate],
      tool: { name: 'sec-attack-mapper', version: VERSION },
      flags: parseCheckFlags(paths, flags.config === undefined ? {} : { config: flags.config }),
      many: false,
      execute: (_gate, options, settings) => runGate(gate, against(flags.to, options), settings),
    },
    io,
  );
  const plan = planMigration(
    report.gates.flatMap(({ findings }) => findings),
    from,
    to,
  );
  if (flags.write) await applyFixes(project.root, [{ findings: plan.changes }]);
  // Only now: it says that the edits were made.
  io.stdout.write(draw(plan, flags));
  return plan.decisions.length > 0 ? EXIT.fail : EXIT.pass;
}

/** The configured options, but for the catalog to move to. */
function against(version: string, options: unknown): Options {
  const parsed = gate.options.parse(options);
  return { ...parsed, catalogs: { ...parsed.catalogs, attack: version } };
}

function draw({ changes, decisions, merged }: Migration, { from, to, write }: MigrateFlags): string {
  const line = (finding: Finding): string =>
    `  ${shown(`${finding.location.path}:${finding.location.line}`)}  ${shown(finding.message)}\n`;
  const parts = [
    `ATT&CK ${from} → ${to}: ${changes.length} edits ${write ? 'made' : 'to make (--write makes them)'}, ${decisions.length} for a person to decide\n`,
    ...(changes.length > 0
      ? [
          `\n${write ? 'Edited' : 'Would edit'}:\n`,
          ...changes.map((finding) => `${line(finding).trimEnd()}  [${shown(finding.fix?.title ?? '')}]\n`),
        ]
      : []),
    ...(decisions.length > 0
      ? ['\nTo decide:\n', ...decisions.map((finding) => `${line(finding)}    → ${shown(finding.remedy)}\n`)]
      : []),
    ...(merged.length > 0
      ? [
          '\nIds that several became (no way back):\n',
          ...merged.map(({ id, from: old }) => `  ${old.join(', ')} → ${id}\n`),
        ]
      : []),
  ];
  return parts.join('');
}
