// SPDX-License-Identifier: Apache-2.0
import { relative, sep } from 'node:path';
import type { Io } from '@helios/core/cli';
import { describeError, judge, parseCheckFlags } from '@helios/core/cli/actions';
import { fail, HeliosError } from '@helios/core/error';
import { EXIT, type ExitCode, type GateResult, type Report } from '@helios/core/gate';
import { REPORTERS, type View, visible } from '@helios/core/report';
import { VERSION } from '@helios/core/version';
import { gate } from '../gate.ts';
import { concernOf } from './concern.ts';
import { foldersOf, watchFolders } from './folders.ts';

export interface WatchFlags {
  readonly config?: string;
}

/** `sec-detect watch`: says what each saved change means, until Ctrl-C. Leaves no evidence. */
export async function watchRules(flags: WatchFlags, io: Io): Promise<ExitCode> {
  const interrupted = new AbortController();
  const stop = (): void => interrupted.abort();
  process.once('SIGINT', stop);
  try {
    return await watchUntil(interrupted.signal, flags, io);
  } finally {
    process.off('SIGINT', stop);
  }
}

export async function watchUntil(stopped: AbortSignal, flags: WatchFlags, io: Io): Promise<ExitCode> {
  if (!io.stdout.isTTY)
    fail('usage', 'watch is for a person at a terminal', { hint: 'Run `sec-detect check` in scripts and in CI.' });
  const first = await judgeAll(flags, io);
  const toRoot = relative(io.cwd, first.root).split(sep).join('/');
  const view: View = {
    color: !io.env['NO_COLOR'] && io.env['TERM'] !== 'dumb',
    width: io.stdout.columns,
    pathPrefix: toRoot === '' ? '' : `${toRoot}/`,
    quiet: false,
    perRule: SHOWN,
  };
  let result = first.result;
  let folders = foldersOf(result);
  let watch = watchFolders(first.root, folders);
  let broken = false;
  try {
    io.stdout.write(REPORTERS.text(first.report, view));
    while (!stopped.aborted) {
      io.stdout.write(`watching ${folders.length} ${folders.length === 1 ? 'folder' : 'folders'}; Ctrl-C ends it\n`);
      const told = await nextConcern();
      if (told !== undefined) io.stdout.write(told);
    }
  } finally {
    watch.close();
  }
  return EXIT.pass;

  /** What the next change that is about what is judged means; undefined when it is stopped before. */
  async function nextConcern(): Promise<string | undefined> {
    for (;;) {
      await watch.changed(stopped);
      if (stopped.aborted) return undefined;
      const next = await judgeAll(flags, io).catch(onlyHelios);
      if (next instanceof HeliosError) {
        broken = true;
        return `${describeError(next)}\n`;
      }
      const concern = concernOf(result, next.result);
      if (concern.changed.length === 0 && !broken) continue;
      broken = false;
      result = next.result;
      if (foldersOf(result).join('\n') !== folders.join('\n')) {
        folders = foldersOf(result);
        watch.close();
        watch = watchFolders(next.root, folders);
      }
      const { changed, mended, open } = concern;
      const head = visible(`${changed.join(', ')}  ${mended} mended, ${open.findings.length} to mend`);
      return `\n${head}\n${REPORTERS.text({ ...next.report, gates: [open] }, view)}`;
    }
  }
}

/** A file that is half written, or a configuration with a slip: the next save may mend it. */
function onlyHelios(thrown: unknown): HeliosError {
  if (thrown instanceof HeliosError) return thrown;
  throw thrown;
}

/** Findings of one rule that are shown; of more, their number. */
const SHOWN = 10;

async function judgeAll(flags: WatchFlags, io: Io): Promise<{ root: string; report: Report; result: GateResult }> {
  const tool = { name: 'sec-detect', version: VERSION };
  const parsed = parseCheckFlags([], { ...flags, quiet: true });
  const { project, report } = await judge({ gates: async () => [gate], tool, flags: parsed, many: false }, io);
  const [result] = report.gates;
  return { root: project.root, report, result: result ?? fail('config', 'no gate was run') };
}
