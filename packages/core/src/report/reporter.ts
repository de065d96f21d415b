// SPDX-License-Identifier: Apache-2.0
import type { Report } from '../gate/result.ts';

/** How a person looks at a report. Formats for machines show everything and ignore it. */
export interface View {
  readonly color: boolean;
  /** Columns to wrap at; Infinity where there is no terminal. */
  readonly width: number;
  /** Put before paths so that they open from the user's directory; '' where that is the root. */
  readonly pathPrefix: string;
  /** Only what fails, and the verdict. */
  readonly quiet: boolean;
  /** Findings shown per gate and rule; the rest is counted. */
  readonly perRule: number;
}

/** Draws a whole report. Pure; the result ends with a newline. */
export type Reporter = (report: Report, view: View) => string;
