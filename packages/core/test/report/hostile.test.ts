// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/gate/result.ts';
import type { GateResult, Report } from '../../src/gate/result.ts';
import { type Format, githubSummary, REPORTERS, visible } from '../../src/report/index.ts';
import type { PageData } from '../../src/report/html/browser/script.ts';
import { visibleLines } from '../../src/report/sanitize.ts';
import { commandsIn, HOSTILE, hiddenIn } from './hostile.ts';
import { cellsOf, liveIn } from './live-markdown.ts';
import { failingGate, finding, PLAIN, reportOf, rule } from './samples.ts';
import { elementsOf, readXml } from './xml.ts';

const ALL = Object.values(HOSTILE).flat();

/** A report in which every word that a user could have written is `payload`. */
function reportSaying(payload: string): Report {
  const expires = '2026-12-01T23:59:59.999Z';
  const told = {
    message: payload,
    subject: payload,
    remedy: payload,
    owner: payload,
    references: [payload, payload],
    excerpt: payload,
    location: { path: `dir/${payload}`, line: 3, column: 1, endLine: 3, endColumn: 4 },
    fix: { title: payload, edits: [{ path: `dir/${payload}`, start: 0, end: 1, newText: payload }] },
  };
  const suppression = { kind: 'waived', by: payload, owner: payload, reason: payload, expires } as const;
  const metric = { id: `m.${payload}`, title: payload, value: 1, unit: payload, threshold: { atLeast: 2 } };
  const gate: GateResult = failingGate([finding(told), finding({ ...told, location: { path: payload } })], {
    title: payload,
    unit: payload,
    waived: [finding({ ...told, suppression })],
    metrics: [metric],
    rules: [{ ...rule('mapping/revoked-technique'), title: payload, why: payload, fix: payload }],
  });
  return reportOf(gate, { ...gate, gate: 'crashed', verdict: 'error', exit: EXIT.internal, error: payload });
}

const DATA = /(<script type="application\/json" id="data">)([^<]*)(?=<\/script>)/;

function dataOf(page: string): PageData {
  return JSON.parse(DATA.exec(page)?.[2] ?? '');
}

/** Without the report as data, the text between the elements, and bars, which a metric in `%` has. */
function withoutData(page: string): string {
  return page
    .replace(DATA, '$1')
    .replaceAll(/<svg class="bar"[^]*?<\/svg>/g, '')
    .replaceAll(/>[^<]*/g, '>');
}

const HARMLESS = reportSaying('harmless');

it('the table holds at least 300 payloads', () => {
  expect(new Set(ALL).size).toBeGreaterThanOrEqual(300);
});

describe.each(Object.keys(HOSTILE))('hostile %s', (family) => {
  const payloads = HOSTILE[family] ?? [];

  it.each(Object.keys(REPORTERS) as Format[])(
    'never reach %s raw, nor start a command that we did not mean',
    (format) => {
      for (const payload of payloads) {
        const output = REPORTERS[format](reportSaying(payload), PLAIN);
        expect(hiddenIn(output), JSON.stringify(payload)).toEqual([]);
        if (format !== 'github') expect(commandsIn(output), JSON.stringify(payload)).toEqual([]);
      }
    },
  );

  it('never reach a colour terminal: the only escape sequences are our colours', () => {
    for (const payload of payloads) {
      const output = REPORTERS.text(reportSaying(payload), { ...PLAIN, color: true });
      expect(output).toContain('\x1b[31m');
      expect(hiddenIn(output.replace(/\x1b\[(?:[12]|22|3[1-69])m/g, '')), JSON.stringify(payload)).toEqual([]);
    }
  });

  it('keep the number of workflow commands and their form', () => {
    const expected = commandsIn(REPORTERS.github(HARMLESS, PLAIN)).length;
    for (const payload of payloads) {
      const commands = commandsIn(REPORTERS.github(reportSaying(payload), PLAIN));
      expect(commands, JSON.stringify(payload)).toHaveLength(expected);
      for (const command of commands) {
        expect(command).toMatch(/^::(error|warning|notice) ([A-Za-z]+=[^:,]*)(,[A-Za-z]+=[^:,]*)*::/);
        expect(command).not.toMatch(/##[a-z]*\[/i);
        expect(command.replaceAll(/%(25|0A|3A|2C)/g, '')).not.toContain('%');
      }
    }
  });

  it('come back from JSON, SARIF and GitLab as they were', () => {
    for (const payload of payloads) {
      const report = reportSaying(payload);
      const { gates } = JSON.parse(REPORTERS.json(report, PLAIN));
      expect(gates[0].findings[0]).toMatchObject({
        message: payload,
        subject: payload,
        remedy: payload,
        owner: payload,
      });
      expect(gates[0].metrics[0].title).toBe(payload);
      expect(gates[1].error).toBe(payload);

      const [run] = JSON.parse(REPORTERS.sarif(report, PLAIN)).runs;
      expect(run.results[0].message.text).toBe(`${payload}\n${payload}`);
      expect(run.tool.driver.rules[0].fullDescription.text).toBe(payload);
      const { uri } = run.results[0].locations[0].physicalLocation.artifactLocation;
      expect(decodeURIComponent(uri)).toBe(`dir/${payload}`.toWellFormed());
      expect(uri).toMatch(/^dir\/[\w.!~*'()%/-]*$/);

      const issues: { description: string; location: { path: string } }[] = JSON.parse(REPORTERS.gitlab(report, PLAIN));
      expect(issues.map((issue) => issue.description)).toContain(`${payload} → ${payload}`);
      expect(issues.map((issue) => issue.location.path)).toContain(`dir/${payload}`);
    }
  });

  it('add no element to JUnit XML and are readable in it', () => {
    const elements = REPORTERS.junit(HARMLESS, PLAIN).match(/<\w+/g);
    for (const payload of payloads) {
      const output = REPORTERS.junit(reportSaying(payload), PLAIN);
      const root = readXml(output);
      expect(output.match(/<\w+/g), JSON.stringify(payload)).toEqual(elements);
      expect(elementsOf(root, 'failure')[0]?.text).toContain(visible(payload));
      expect(elementsOf(root, 'error')[0]?.text).toBe(visibleLines(payload));
    }
  });

  it('add no element and no attribute to the page, and leave its data as they are', () => {
    const shapeOf = (page: string): string[] => page.match(/<\/?\w+|\s\w[\w-]*=(?=")/g) ?? [];
    const shape = shapeOf(withoutData(REPORTERS.html(HARMLESS, PLAIN)));
    for (const payload of payloads) {
      const page = REPORTERS.html(reportSaying(payload), PLAIN);
      expect(shapeOf(withoutData(page)), JSON.stringify(payload)).toEqual(shape);
      expect(dataOf(page).findings[0]?.message).toBe(visible(payload));
      expect(page.match(/<\/script/g), JSON.stringify(payload)).toHaveLength(2);
    }
  });

  it('bring nothing to life in Markdown and keep the form of its tables', () => {
    const shape = REPORTERS.markdown(HARMLESS, PLAIN)
      .split('\n')
      .map((line) => cellsOf(line).length);
    for (const payload of payloads) {
      const lines = REPORTERS.markdown(reportSaying(payload), PLAIN).split('\n');
      expect(
        lines.map((line) => cellsOf(line).length),
        JSON.stringify(payload),
      ).toEqual(shape);
      expect(
        lines.filter((line) => liveIn(line).length > 0),
        JSON.stringify(payload),
      ).toEqual([]);
      const sarif = JSON.parse(REPORTERS.sarif(reportSaying(payload), PLAIN));
      const help: string = sarif.runs[0].tool.driver.rules[0].help.markdown;
      expect(help.split('\n').flatMap(liveIn), JSON.stringify(payload)).toEqual([]);
    }
  });
});

it('the job summary is as safe as the comment', () => {
  for (const payload of ALL) {
    const summary = githubSummary(reportSaying(payload));
    expect(summary).toBe(REPORTERS.markdown(reportSaying(payload), PLAIN));
  }
});
