// SPDX-License-Identifier: Apache-2.0
import { messageOf } from '../error.ts';
import { EXIT } from '../gate/result.ts';

export interface Output {
  write(text: string): void;
  readonly isTTY: boolean;
  /** Width of the terminal; 80 where there is none. */
  readonly columns: number;
}

/** All that a command line touches beside files: everything below `run` gets it as a parameter. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  now(): Date;
  /** From 0 up to, but not including, 1. */
  readonly random?: () => number;
  /** Hears of Ctrl-C, SIGTERM and a terminal that is closed instead of dying by them; answers with what ends the hearing. */
  readonly onInterrupt?: (listener: () => void) => () => void;
  /** Asks whoever sits at the terminal; absent where nobody does. Undefined when they go away instead of answering. */
  readonly ask?: ((question: string) => Promise<string | undefined>) | undefined;
}

/** Runs a command line and answers with its exit code; never throws. */
export type Run = (argv: readonly string[], io: Io) => Promise<number>;

/** The one place that touches the process: what every bin.ts calls. */
export async function main(run: Run): Promise<void> {
  let broken = false;
  const giveUp = (error: unknown): void => {
    // Left to itself Node would exit 1, which says that a gate failed.
    if (broken) return;
    broken = true;
    process.exitCode = EXIT.internal;
    void complain(error);
  };
  process.on('uncaughtException', giveUp);
  for (const stream of [process.stdout, process.stderr]) {
    // A reader that went away (`| head`) is no error; the exit code still tells the verdict.
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') giveUp(error);
    });
  }
  const exit = await run(process.argv.slice(2), {
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    env: process.env,
    cwd: process.cwd(),
    now: () => new Date(),
    random: Math.random,
    onInterrupt: hearSignals,
    // Not before somebody asks: Node opens stdin where it is first looked at.
    get ask() {
      return process.stdin.isTTY && process.stderr.isTTY ? askAtTerminal : undefined;
    },
  });
  process.exitCode = broken ? EXIT.internal : exit;
}

function hearSignals(listener: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, listener);
  return () => void signals.map((signal) => process.off(signal, listener));
}

/** On stderr, so that what is written to stdout can still be piped. Ctrl-C and Ctrl-D are no answer. */
async function askAtTerminal(question: string): Promise<string | undefined> {
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const gone = new Promise<undefined>((resolve) => void terminal.once('close', () => resolve(undefined)));
  terminal.once('SIGINT', () => terminal.close());
  try {
    return await Promise.race([terminal.question(question), gone]);
  } finally {
    terminal.close();
  }
}

async function complain(error: unknown): Promise<void> {
  const { shown } = await import('./shown.ts');
  process.stderr.write(`internal error: ${shown(messageOf(error))}\n`);
}

function outputOf(stream: NodeJS.WriteStream): Output {
  return {
    write: (text) => void stream.write(text),
    isTTY: stream.isTTY,
    // A terminal that nobody has told its size says 0.
    columns: stream.columns || 80,
  };
}
