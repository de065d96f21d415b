// SPDX-License-Identifier: Apache-2.0
import type { Command, Io } from '@helios/core/cli';
import type { BaselineFlags } from '../history/baseline-command.ts';
import type { MetricsFlags } from '../metrics/command.ts';
import type { DashboardFlags } from './command.ts';

/** What shows figures instead of judging them. */
export function addFigureCommands(program: Command, io: Io, done: (exit: number) => void): void {
  program
    .command('metrics')
    .description("write the figures in Prometheus' text format")
    .option('-c, --config <file>', 'configuration; else the nearest helios.yaml upward')
    .option('-o, --output <file>', 'such as a .prom file of node_exporter; else stdout')
    .action(async (flags: MetricsFlags) => {
      done(await (await import('../metrics/command.ts')).writeMetrics(flags, io));
    });
  program
    .command('dashboard')
    .description("write Grafana's dashboard of the metrics")
    .option('-c, --config <file>', 'configuration; else the nearest helios.yaml upward')
    .option('-o, --output <file>', 'below the root', 'analytics/dashboards/ccv.json')
    .action(async (flags: DashboardFlags) => {
      done(await (await import('./command.ts')).writeDashboard(flags, io));
    });
  program
    .command('baseline')
    .description('record times to repair and to detection, and false alarms, which later runs are compared with')
    .option('-c, --config <file>', 'configuration; else the nearest helios.yaml upward')
    .option('-o, --output <file>', 'where to; else stdout')
    .action(async (flags: BaselineFlags) => {
      done(await (await import('../history/baseline-command.ts')).recordBaseline(flags, io));
    });
}
