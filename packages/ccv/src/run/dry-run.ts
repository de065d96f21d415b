// SPDX-License-Identifier: Apache-2.0
import { visible } from '@helios/core/report';
import type { Control } from '../control/control.ts';
import type { LoadedControl } from '../control/load.ts';

/** What `run` would do, drawn from the files alone: nothing is asked, and nothing is changed. */
export function drawPlans(controls: readonly LoadedControl[]): string {
  return controls.map(({ control, path }) => `${drawPlan(control, path)}\n`).join('');
}

function drawPlan(control: Control, path: string): string {
  const { id, title, service, tier, owner, limits, cohort, health } = control;
  const { blastRadius, rate, timeout } = limits;
  const lines = [
    `${id}: ${title}`,
    `  ${path}; service ${service} of tier ${tier}; owner ${owner}; expires ${control.expires}`,
    `  limits: blast radius ${blastRadius}; rate ${rate.runs} in ${rate.per}; ${timeout} for action and verification`,
    ...(cohort ? [`  canaries: ${cohort.share} % of ${cohortOf(cohort)}`] : []),
    ...section('health, also during the action', health?.probes ?? []),
    ...section('state that must be the same again', control.state),
    ...section('steady state, before and after', control.steady),
    ...section('action', control.action),
    ...section('verification', control.verify),
    ...section('rollback, whatever happens', control.rollback ?? []),
  ];
  return lines.map((line) => `${visible(line)}\n`).join('');
}

function cohortOf({ targets, discover }: NonNullable<Control['cohort']>): string {
  return targets ? `${targets.length} targets` : `what "${discover?.name}" finds`;
}

function section(title: string, items: readonly { readonly name: string; readonly kind: string }[]): string[] {
  if (items.length === 0) return [];
  return [`  ${title}:`, ...items.map(({ name, kind }) => `    ${kind}: ${name}`)];
}
