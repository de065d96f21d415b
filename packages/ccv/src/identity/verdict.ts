// SPDX-License-Identifier: Apache-2.0
import type { DrillCell, DrillEvent, DrillTimeline, DrillVerdict } from './timeline.ts';

/** A token's life begins at the provider, before its answer is here. */
const SLACK_MS = 2000;

type Target = DrillTimeline['targets'][number];

/**
 * What a drill proves. Pure: the same timeline gives the same verdict, whoever asks. No answer, and no acknowledgement, are
 * a breach; only looks in a row that find a token dead prove that it is.
 */
export function judgeTimeline(timeline: DrillTimeline): DrillVerdict {
  const { events, targets, limits } = timeline;
  const cut = events.findIndex(({ step }) => step === 'logout');
  const asked = events[cut];
  const silent = targets.filter((target) => !workedBefore(target, asked ? events.slice(0, cut) : events));
  if (!asked || silent.length > 0) {
    const problems = silent.map(({ target }) => `${target}: the token did not work there before the logout`);
    const none = asked ? [] : ['the logout was not asked for'];
    return { outcome: 'inconclusive', acknowledgedAfter: null, cells: [], problems: [...problems, ...none] };
  }
  const after = events.slice(cut + 1);
  const cells = targets.map((target) => judgeTarget(target, asked.at, after, timeline));
  const acknowledged = after.find(({ step, outcome }) => step === 'acknowledged' && outcome === 'done');
  const acknowledgedAfter = acknowledged ? acknowledged.at - asked.at : null;
  const problems = [
    ...judgeAcknowledgement(acknowledgedAfter, limits.withinMs),
    ...cells.flatMap(({ target, problem }) => (problem === undefined ? [] : [`${target}: ${problem}`])),
  ];
  return { outcome: problems.length === 0 ? 'pass' : 'breach', acknowledgedAfter, cells, problems };
}

function workedBefore(target: Target, before: readonly DrillEvent[]): boolean {
  return looksAt(target, before).at(-1)?.outcome === 'alive';
}

function looksAt({ target }: Target, events: readonly DrillEvent[]): DrillEvent[] {
  return events.filter((event) => event.step === 'probe' && event.target === target);
}

function judgeAcknowledgement(after: number | null, withinMs: number): string[] {
  if (after === null) return ['the provider did not acknowledge the logout'];
  return after > withinMs ? [`the provider acknowledged the logout after ${seconds(after)} only`] : [];
}

function judgeTarget(
  { target, token }: Target,
  logout: number,
  after: readonly DrillEvent[],
  { limits, tokens }: DrillTimeline,
): DrillCell {
  const looks = looksAt({ target, token }, after);
  const lastAlive = looks.findLastIndex(({ outcome }) => outcome === 'alive');
  const alive = looks[lastAlive];
  const dead = looks.slice(lastAlive + 1).filter(({ outcome }) => outcome === 'dead');
  const [first] = dead;
  const aliveAfter = alive ? alive.at - logout : null;
  if (!first || dead.length < limits.confirmations) {
    const seen = `${dead.length} of ${limits.confirmations} looks in a row found it dead`;
    const problem = alive
      ? `the ${token} token still worked after ${seconds(alive.at - logout)}; ${seen}`
      : `nothing says that the ${token} token is dead: ${seen}`;
    return { target, token, deadAfter: null, aliveAfter, by: null, problem };
  }
  const given = tokens.findLast((each) => each.token === token);
  const expired = given?.lifetimeMs !== undefined && first.at >= given.at + given.lifetimeMs - SLACK_MS;
  const deadAfter = Math.max(first.at - logout, expired ? (given.lifetimeMs ?? 0) : 0);
  const cell = { target, token, deadAfter, aliveAfter, by: expired ? ('expiry' as const) : ('logout' as const) };
  if (deadAfter <= limits.withinMs) return cell;
  const how = expired ? `lives ${seconds(deadAfter)} and was not revoked` : `was dead after ${seconds(deadAfter)} only`;
  return { ...cell, problem: `the ${token} token ${how}; ${seconds(limits.withinMs)} are allowed` };
}

/** `12.3 s`, up, so that what is over a limit never looks as if it were on it. */
function seconds(ms: number): string {
  return `${Math.ceil(ms / 100) / 10} s`;
}
