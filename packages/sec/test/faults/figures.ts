// SPDX-License-Identifier: Apache-2.0
import { availableParallelism } from 'node:os';
import { type Kind, KINDS } from './repository.ts';
import type { Outcome, Tried } from './trial.ts';

/** In CI, of so many faults one is tried, each of which costs two processes; prime, so that all calls have their turn. */
export const CI_STEP = 73;

/** What came of the faults of one command. */
export interface Figures {
  readonly name: string;
  readonly points: Readonly<Record<Kind, number>>;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly torn: number;
  readonly lost: number;
  readonly unverified: number;
  readonly wrong: number;
}

export function figuresOf(name: string, tried: readonly Tried[]): Figures {
  const kinds = (kind: Kind): number => tried.filter(({ fault }) => fault.kind === kind).length;
  const outcomes = (outcome: Outcome): number => tried.filter((each) => each.outcome === outcome).length;
  const having = (what: 'torn' | 'lost' | 'unverified' | 'wrong'): number =>
    tried.filter((each) => each[what].length > 0).length;
  return {
    name,
    points: { kill: kinds('kill'), EIO: kinds('EIO'), ENOSPC: kinds('ENOSPC'), short: kinds('short') },
    outcomes: { killed: outcomes('killed'), refused: outcomes('refused'), completed: outcomes('completed') },
    torn: having('torn'),
    lost: having('lost'),
    unverified: having('unverified'),
    wrong: having('wrong'),
  };
}

const HEAD = ['Command', ...KINDS, 'killed', 'exit 2', 'completed', 'torn', 'lost', 'verify fails', 'otherwise wrong'];

const cells = ({ name, points, outcomes, torn, lost, unverified, wrong }: Figures): (string | number)[] => [
  name,
  ...KINDS.map((kind) => points[kind]),
  outcomes.killed,
  outcomes.refused,
  outcomes.completed,
  torn,
  lost,
  unverified,
  wrong,
];

/** The rows of an earlier table, by command. */
function rowsIn(text: string): Map<string, readonly string[]> {
  const lines = text.matchAll(/^\| (sec.*) \|$/gm);
  return new Map([...lines].map(([, line = '']) => line.split(' | ')).map((row) => [row[0] ?? '', row]));
}

/** bench/FAULTS.md: of commands that were not run this time the rows of `before`, in the order of all commands. */
export function formatFigures(
  commands: readonly string[],
  figures: readonly Figures[],
  before: string,
  date: Date,
): string {
  const fresh = new Map(figures.map((each) => [each.name, cells(each)]));
  const earlier = rowsIn(before);
  const rows = commands
    .flatMap((name) => [fresh.get(name) ?? earlier.get(name) ?? []])
    .filter(({ length }) => length > 0);
  const sums = HEAD.slice(1).map((_, column) => rows.reduce((sum, row) => sum + Number(row[column + 1]), 0));
  const table = [HEAD, HEAD.map((_, column) => (column === 0 ? '---' : '--:')), ...rows, ['**all**', ...sums]];
  const points = sums.slice(0, KINDS.length).reduce((sum, count) => sum + count, 0);
  return `# Faults

Every command that writes is run with each of its file calls broken once, and then once more undisturbed.
${points} fault points of ${rows.length} commands, last on ${date.toISOString().slice(0, 10)}, ${availableParallelism()} cores, Node ${process.version}:

${table.map((row) => `| ${row.join(' | ')} |`).join('\n')}

- *kill*: SIGKILL at the call. *EIO*: the call fails. *ENOSPC*: it and all later ones that take room fail. *short*: a
  write takes half of its bytes and says so. A write that is killed or fails has taken half of its bytes before.
- *killed*, *exit 2*, *completed*: how the command ended; the last one with its usual exit code and all of its files.
- *torn*: a file that is neither as before nor as an undisturbed run leaves it. *lost*: the usual exit code, and a file is
  not there in full. *verify fails*: \`sec evidence verify\` does not hold after the fault or after the second run.
- *otherwise wrong*: an exit code that is not documented, a message without file or cause, a temporary file left by a
  process that lived, or a second run that does not give what an undisturbed one gives.

Calls are counted in the process's main thread, below the repository and its folder for temporary files; those of \`git\`
and \`opa\`, which are processes of their own, are not. CI tries one point in ${CI_STEP}. To repeat all, which takes an
hour, and write this file anew (\`-t 'sec-ccv'\` repeats some, and keeps the rows of the others):

\`\`\`sh
HELIOS_THOROUGH=1 npm test -- --project sec packages/sec/test/faults
\`\`\`
`;
}
