// SPDX-License-Identifier: Apache-2.0
import { redact } from '@helios/core/finding';
import type { Control } from '../control/control.ts';

/** What a person does, should the action of a control still be in place: its rollback, step by step. */
export function rollbackPlan(control: Control | undefined): string {
  if (!control) return 'The control is gone: look up its rollback in the history of the repository.';
  const { action, rollback = [], steady } = control;
  if (action.length === 0) return 'Nothing to undo: the control only looks.';
  const steps = rollback.map(({ name, kind }, index) => `${index + 1}. ${name} (${kind})`);
  const undone = steps.length === 0 ? 'Its workspace is all that the action changes' : steps.join('; ');
  return redact(`${undone}. Then must hold again: ${steady.map(({ name }) => name).join(', ')}.`);
}
