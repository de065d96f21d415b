// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { beginOf, endOf, momentSchema } from './moment.ts';
import { scopeSchema } from './scope.ts';

const line = z.string().min(1).max(2000);
const idSchema = z.string().regex(/^[A-Z]+(-[A-Z0-9]+)+$/);
const runs = z.int().min(1).max(1000).optional();
const controlName = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);

const closeSchema = z
  .discriminatedUnion('when', [
    z
      .strictObject({ when: z.literal('rule-green'), runs })
      .describe('So many runs in a row in which the rule ran and did not find it'),
    z
      .strictObject({
        when: z.literal('control-pass'),
        control: controlName,
        service: controlName.optional().describe('Any service, where it is not said'),
        runs,
      })
      .describe('So many runs in a row of a control in place, the last of them a pass'),
  ])
  .describe('What `auto-close` waits for');

const milestoneSchema = z.strictObject({ title: line, due: momentSchema, done: momentSchema.optional() });

const endSchema = z.strictObject({
  at: momentSchema,
  because: z
    .enum(['rule-green', 'control-pass', 'mended', 'superseded', 'expired', 'withdrawn'])
    .describe('The first two are the runner’s; `superseded` is said of what an extension replaced'),
  proof: z.array(line).optional().describe('Evidence that it rests on'),
});

/** One agreed deviation. Whether it is in effect is decided by `asOf`, never written down. */
export const exceptionSchema = z
  .strictObject({
    id: idSchema.describe('Unique in the register, for instance EXC-2026-001'),
    title: line,
    state: z.enum(['draft', 'approved', 'revoked', 'closed']),
    severity: z.enum(['critical', 'high', 'medium', 'low']),
    owner: line.describe('Who removes the cause'),
    requester: line,
    approver: line.optional().describe('Who accepted the risk; never the requester'),
    reason: line.describe('Why the finding cannot be mended now'),
    risk: line.optional().describe('What may happen meanwhile'),
    compensation: z.union([line, z.array(line).min(1)]).describe('What lowers the risk meanwhile'),
    ticket: line.optional().describe('Where the work on the cause is followed'),
    requested: momentSchema,
    approved: momentSchema.optional(),
    expires: momentSchema,
    scope: scopeSchema,
    aliases: z.array(line).optional().describe('Other names of the vulnerability in `scope`'),
    close: closeSchema.optional(),
    plan: z.array(milestoneSchema).min(1).optional().describe('Steps towards the removal of the cause'),
    previous: idSchema.optional().describe('The entry that this one extends'),
    review: z
      .strictObject({ at: momentSchema, by: line })
      .optional()
      .describe('Fresh look at the risk; needed where what is extended had expired'),
    end: endSchema.optional().describe('When and why it was closed or revoked'),
  })
  .refine(({ state, end }) => end === undefined || state === 'closed' || state === 'revoked', {
    path: ['end'],
    message: 'only what is closed or revoked has ended',
  })
  .describe('An agreed, owned and dated deviation from a rule');

/** A file of controls/exceptions. All keys that were added since the first of these files are optional. */
export const exceptionRegisterSchema = z.strictObject({
  schema: z.literal('helios/exceptions/v1'),
  exceptions: z.array(exceptionSchema),
});

export type Exception = z.infer<typeof exceptionSchema>;

/**
 * Whether an exception is in effect: approved by somebody else than who asked, at a moment that has come, and not past
 * its date. The filter that suppresses asks this, so that nobody has to remember to take an expired entry out.
 */
function isGranted(exception: Exception, asOf: Date): boolean {
  const { state, approved, expires, end } = exception;
  if (state !== 'approved' || approved === undefined || end !== undefined || !isApprovedByAnother(exception)) {
    return false;
  }
  return beginOf(approved).getTime() <= asOf.getTime() && asOf.getTime() <= endOf(expires).getTime();
}

/** Those in effect. An extension waits until what it extends has ended: one thing is accepted by one entry at a time. */
export function grantedAt(exceptions: readonly Exception[], asOf: Date): Exception[] {
  const granted = exceptions.filter((exception) => isGranted(exception, asOf));
  const ids = new Set(granted.map(({ id }) => id));
  return granted.filter(({ previous }) => previous === undefined || !ids.has(previous));
}

/** Nobody approves their own exception, not under another spelling either. */
export function isApprovedByAnother({ requester, approver }: Pick<Exception, 'requester' | 'approver'>): boolean {
  return approver !== undefined && person(approver) !== person(requester);
}

function person(name: string): string {
  return name.normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase();
}
