// SPDX-License-Identifier: Apache-2.0
import { endOf, type FindingDraft } from '@helios/core/finding';
import type { Control } from '../control/control.ts';
import type { ControlFile, Known } from '../history/history.ts';
import type { JudgeOptions } from './options.ts';

export function hasExpired({ expires }: Control, asOf: Date): boolean {
  return endOf(expires).getTime() < asOf.getTime();
}

/** What is wrong with controls and the inventory as they are written. `inventory`: its path. */
export function judgeControls(
  { controls, services }: Known,
  inventory: string,
  { coverage }: JudgeOptions,
  asOf: Date,
): FindingDraft[] {
  const byId = new Map(services.map((service) => [service.id, service]));
  const first = new Map<string, string>();
  const findings = controls.flatMap((file): FindingDraft[] => {
    const { id, service, tier } = file.control;
    const twin = first.get(id);
    if (twin === undefined) first.set(id, file.path);
    const entry = byId.get(service);
    const { expires } = file.control;
    return [
      ...(twin === undefined ? [] : [draft(file, 'ccv/duplicate-control', 'id', `${id} is the id of ${twin}, too`)]),
      ...(entry ? [] : [draft(file, 'ccv/unknown-service', 'service', `${service} is not in ${inventory}`)]),
      ...(entry && entry.tier !== tier
        ? [draft(file, 'ccv/tier-mismatch', 'tier', `says tier ${tier}; ${inventory} says ${entry.tier} of ${service}`)]
        : []),
      ...(hasExpired(file.control, asOf)
        ? [draft(file, 'ccv/expired-control', 'expires', `expired on ${expires}, and is not run any more`)]
        : []),
    ];
  });
  const tested = new Set(controls.map(({ control }) => control.service));
  const judged = new Set(coverage.map(({ tier }) => tier));
  for (const [index, { id, tier, owner }] of services.entries()) {
    if (tested.has(id)) continue;
    findings.push({
      ruleId: 'ccv/service-without-control',
      path: inventory,
      at: { pointer: ['services', index, 'id'] },
      subject: id,
      message: `no control tests ${id} (tier ${tier})`,
      owner,
      // Of a tier that nothing is asked of, it is good to know.
      ...(!judged.has(tier) && { level: 'note' }),
    });
  }
  return findings;
}

/** A finding about a key of a control file. */
export function draft({ path, control }: ControlFile, ruleId: string, key: string, message: string): FindingDraft {
  return { ruleId, path, at: { pointer: [key] }, subject: control.id, message, owner: control.owner };
}
