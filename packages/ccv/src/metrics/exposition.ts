// SPDX-License-Identifier: Apache-2.0
import { visible } from '@helios/core/report';

/** Values of one metric; its type is always gauge: all are as of a moment, and may fall. */
export interface Family {
  /** Without the prefix that all have. */
  readonly name: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

export const PREFIX = 'helios_ccv_';

/** Prometheus' text exposition format, version 0.0.4. Families without samples are left out. */
export function expositionOf(families: readonly Family[]): string {
  return families
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, help, samples }) => {
      const lines = samples.map(({ labels = {}, value }) => `${PREFIX}${name}${labelsOf(labels)} ${value}`);
      return `# HELP ${PREFIX}${name} ${help}\n# TYPE ${PREFIX}${name} gauge\n${lines.join('\n')}\n`;
    })
    .join('');
}

function labelsOf(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** A line break in a value would begin a sample of its own; `visible` has made it two characters. */
function escaped(value: string): string {
  return visible(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}
