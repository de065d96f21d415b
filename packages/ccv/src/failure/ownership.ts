// SPDX-License-Identifier: Apache-2.0
import { redact } from '@helios/core/finding';
import type { Issue } from '@helios/core/record';
import type { Control } from '../control/control.ts';
import { DAY_MS, type Failure } from '../history/failures.ts';
import type { History, Known } from '../history/history.ts';
import { rollbackPlan } from './rollback-plan.ts';

export const KEY_PREFIX = 'ccv/failure/';

/** A failure that lasts, with who mends it until when. */
export interface OwnedFailure {
  readonly failure: Failure;
  readonly key: string;
  readonly tier: number;
  readonly owner: string;
  /** Instant. */
  readonly expires: string;
  readonly rollbackPlan: string;
}

/** Whose each lasting failure is. `within`: days in which it is to be mended, from the run that failed first. */
export function ownedFailures({ services }: Known, { failures, standings }: History, within: number): OwnedFailure[] {
  const controls = new Map<string, Control>(standings.map(({ file }) => [file.control.id, file.control]));
  return failures
    .filter(({ closed }) => !closed)
    .map((failure) => {
      const control = controls.get(failure.control);
      const service = services.find(({ id }) => id === failure.service);
      return {
        failure,
        key: KEY_PREFIX + failure.control,
        tier: service?.tier ?? failure.run.tier,
        // Who owned the service owns what its control left behind.
        owner: control?.owner ?? service?.owner ?? 'nobody',
        expires: new Date(failure.opened.getTime() + within * DAY_MS).toISOString(),
        rollbackPlan: rollbackPlan(control),
      };
    });
}

/** The same issue for as long as the failure lasts, so that saying it again changes nothing. */
export function issueOf({ failure, key, tier, owner, expires, rollbackPlan: plan }: OwnedFailure): Issue {
  const { control, service, run, opened } = failure;
  const body = [
    `Control ${control} of ${service} (tier ${tier}) failed at ${opened.toISOString()}: ${run.reason}`,
    `Owner: ${owner}.`,
    `To be mended by ${expires}; after that the gate fails.`,
    `Rollback plan: ${plan}`,
    `Record of the run: ${run.path}, sha256 ${run.sha256}.`,
    'It is closed once the control passes again.',
  ];
  return {
    schema: 'helios/issue/v1',
    key,
    state: 'open',
    title: redact(`Control ${control} of ${service} fails: ${run.reason}`),
    body: redact(body.join('\n')),
    labels: ['control-failure', `tier-${tier}`],
  };
}
