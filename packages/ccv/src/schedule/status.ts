// SPDX-License-Identifier: Apache-2.0
import type { ControlRun } from '@helios/core/record';

/** How the scheduler is, for those who ask from outside. */
export interface Status {
  /** `standby`: another process is the leader. */
  role: 'standby' | 'leader';
  /** Why it is not healthy; '' where it is. */
  problem: string;
  /** Unix time in milliseconds of the last look at the schedules. */
  looked: number;
  next?: Date;
  pendingRollbacks: number;
  /** Unix time in milliseconds at which those were tried last; absent where this process does not lead. */
  retried?: number;
  /** Of this process, and of the records that were there before it. */
  readonly runs: ControlRun[];
}

/** The text exposition format of Prometheus, version 0.0.4. */
export function drawMetrics({ role, pendingRollbacks, next, runs }: Status): string {
  const counts = new Map<string, number>();
  const passes = new Map<string, number>();
  for (const { control, outcome, finished } of runs) {
    const labels = `control="${control}",outcome="${outcome}"`;
    counts.set(labels, (counts.get(labels) ?? 0) + 1);
    const at = Date.parse(finished) / 1000;
    if (outcome === 'pass') passes.set(`control="${control}"`, Math.max(at, passes.get(`control="${control}"`) ?? 0));
  }
  return [
    metric('runs_total', 'counter', 'Runs of controls that left a record.', counts),
    metric('last_pass_timestamp_seconds', 'gauge', 'When a control passed last.', passes),
    metric(
      'pending_rollbacks',
      'gauge',
      'Runs that are not known to be rolled back.',
      new Map([['', pendingRollbacks]]),
    ),
    metric('leader', 'gauge', 'Whether this process runs the controls.', new Map([['', role === 'leader' ? 1 : 0]])),
    ...(next
      ? [
          metric(
            'next_run_timestamp_seconds',
            'gauge',
            'When a control is due.',
            new Map([['', next.getTime() / 1000]]),
          ),
        ]
      : []),
  ].join('');
}

/** Names of controls are slugs, and outcomes words: no label needs an escape. */
function metric(name: string, type: string, help: string, values: ReadonlyMap<string, number>): string {
  const full = `helios_ccv_${name}`;
  const lines = [...values].sort(([a], [b]) => (a < b ? -1 : 1));
  const samples = lines.map(([labels, value]) => `${full}${labels === '' ? '' : `{${labels}}`} ${value}\n`);
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${samples.join('')}`;
}
