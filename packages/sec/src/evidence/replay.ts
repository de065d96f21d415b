// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Io } from '@helios/core/cli';
import { type CheckFlags, judge } from '@helios/core/cli/actions';
import { loadProject } from '@helios/core/config';
import { fail } from '@helios/core/error';
import { compareRun, type RecordedRun, type Replayed, readRun } from '@helios/core/evidence';
import { reporting, withTemporaryFolder } from '@helios/core/fs';
import { EXIT, type ExitCode, type Report } from '@helios/core/gate';
import { git, prefixOf, readTree, writeTree } from '@helios/core/git';
import { visible } from '@helios/core/report';
import { allGates } from '../all-gates.ts';
import { type EvidenceFlags, evidencePath, evidenceSettings } from './settings.ts';

export interface ReplayFlags extends EvidenceFlags {
  readonly format: string;
}

/** What a run was replayed on, and how each gate fared. */
interface Outcome {
  readonly on: 'work tree' | 'commit';
  readonly gates: readonly Replayed[];
}

/**
 * `sec evidence replay`: judges again what a run judged, as of the recorded instant, and compares the bytes. The work
 * tree will do where it gives the same; else the recorded commit is taken out beside it. Writes nothing.
 */
export async function replay(file: string | undefined, flags: ReplayFlags, io: Io): Promise<ExitCode> {
  if (!['text', 'json'].includes(flags.format)) {
    fail('usage', `unknown format "${flags.format}"`, { hint: 'Known formats: text, json.' });
  }
  const { folder, root } = await evidenceSettings(flags, io);
  const recorded = readRun(folder, file === undefined ? undefined : evidencePath(folder, file, io));
  const outcome = await replayRun(recorded, root, io);
  io.stdout.write(flags.format === 'json' ? asJson(recorded, outcome) : draw(recorded, outcome));
  return outcome.gates.every(({ same }) => same) ? EXIT.pass : EXIT.evidence;
}

async function replayRun(recorded: RecordedRun, root: string, io: Io): Promise<Outcome> {
  const here: Outcome = { on: 'work tree', gates: compareRun(recorded, await judgeAgain(recorded, root, io)) };
  const { commit } = recorded.facts;
  if (here.gates.every(({ same }) => same) || commit === undefined) return here;
  return withTemporaryFolder('helios-replay', async (folder) => {
    const then = await reporting(`take commit ${commit} out to ${folder}`, async () => takeOut(commit, root, folder));
    return { on: 'commit', gates: compareRun(recorded, await judgeAgain(recorded, then, io)) };
  });
}

/** The root as it was at a commit, in a folder of its own; git in there still finds the repository. */
function takeOut(commit: string, root: string, folder: string): string {
  const top = git(root, ['rev-parse', '--absolute-git-dir']).toString().trim();
  try {
    git(root, ['cat-file', '-e', `${commit}^{tree}`]);
  } catch (cause) {
    fail('usage', `the run judged commit ${commit}, which is not in this clone`, {
      cause,
      hint: `Get it: git fetch --depth=1 origin ${commit}`,
    });
  }
  writeFileSync(join(folder, '.git'), `gitdir: ${top}\n`);
  writeTree(readTree(root, commit), folder);
  const then = join(folder, prefixOf(root));
  mkdirSync(then, { recursive: true });
  return then;
}

async function judgeAgain({ document }: RecordedRun, root: string, io: Io): Promise<Report> {
  const { config, failOn, baseline, changedSince, paths = [] } = document.flags ?? {};
  const flags: CheckFlags = {
    paths: paths.map((path) => (path === '' ? '.' : path)),
    ...(config !== undefined && { config }),
    ...(failOn !== undefined && { failOn }),
    ...(baseline !== undefined && { baseline }),
    ...(changedSince !== undefined && { changedSince }),
    asOf: new Date(document.asOf),
    targets: [],
    evidence: false,
    cache: false,
    fix: false,
    exitZero: false,
    quiet: true,
  };
  const { sections } = await loadProject({ cwd: root, ...(config !== undefined && { config }) });
  const configured = document.gates.map(({ gate }) => gate).filter((gate) => Object.hasOwn(sections, gate));
  if (configured.length === 0) {
    return { asOf: document.asOf, verdict: 'error', exit: EXIT.usage, gates: [], tool: document.tool };
  }
  return (await judge(allGates(configured, flags), { ...io, cwd: root })).report;
}

function asJson({ path, document, facts }: RecordedRun, outcome: Outcome): string {
  const run = { rollup: path, asOf: document.asOf, verdict: document.verdict, commit: facts.commit ?? null };
  return `${JSON.stringify({ schema: 'helios/replay/v1', run, ...outcome }, null, 2)}\n`;
}

function draw({ path, document, facts }: RecordedRun, { on, gates }: Outcome): string {
  const place = on === 'commit' ? `commit ${facts.commit?.slice(0, 12)}` : 'the work tree';
  const rows = gates.map(({ gate, same, difference = '' }) =>
    same ? `  ✔ ${gate}: the same bytes\n` : `  ✖ ${gate}: ${visible(difference)}\n`,
  );
  const differing = gates.filter(({ same }) => !same).length;
  const verdict =
    differing === 0
      ? `✔ the verdict ${document.verdict} is confirmed\n`
      : `✖ ${differing} of ${gates.length} ${gates.length === 1 ? 'gate' : 'gates'} decided otherwise\n`;
  return `${path} as of ${document.asOf}, on ${place}\n${rows.join('')}${verdict}`;
}
