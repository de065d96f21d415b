// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { Check } from './run.ts';

const ROOT = dirname(import.meta.dirname);
const SEC = join(ROOT, 'packages', 'sec', 'bin', 'sec.js');

/** Findings of the large page, and what it may take (notes: 5,000 in a second and 3 MB, a query in a tenth of one). */
const MANY = { findings: 5000, bytes: 3_000_000, paintMs: 1000, queryMs: 100 };

/** The pages of a real run of this repository, and of one with thousands of findings, used as a person would. */
export async function checkReport(browser: Browser, check: Check): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'helios-browser-'));
  try {
    const whole = drawOwn(folder);
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1200, 360]) {
        await openPage(browser, whole, { colorScheme, viewport: { width, height: 800 } }, check, async (page) => {
          await checkAccess(page, `${colorScheme}, ${width} px`, check);
        });
      }
    }
    await openPage(browser, whole, {}, check, (page) => checkSections(page, check));
    const many = drawMany(folder);
    const { size } = statSync(many);
    check(`${MANY.findings} findings stay within ${MANY.bytes} bytes: ${size}`, size <= MANY.bytes, size);
    await openPage(browser, many, {}, check, (page) => checkSpeed(page, check));
    await openPage(browser, many, {}, check, (page) => checkFilters(page, check));
    await openPage(browser, many, {}, check, (page) => checkKeys(page, check));
    await openPage(browser, many, {}, check, (page) => checkPrint(page, check));
    await checkLinks(browser, many, check);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `sec gate` and `sec report` on this repository, by the built binary. */
function drawOwn(folder: string): string {
  const [evidence, page] = [join(folder, 'evidence'), join(folder, 'own.html')];
  runSec(['gate', '--quiet', '--evidence-dir', evidence], ROOT);
  runSec(['report', '--evidence-dir', evidence, '--output', page], ROOT);
  return page;
}

/** Rules without a technique, each a finding; every hundredth tries to break out of the page. */
function drawMany(folder: string): string {
  const root = join(folder, 'many');
  mkdirSync(join(root, 'rules'), { recursive: true });
  writeFileSync(join(root, 'helios.yaml'), 'version: 1\ngates:\n  attack-mapper:\n    include: [rules/**]\n');
  for (let file = 0; file < MANY.findings / 10; file++) {
    const rules = Array.from({ length: 10 }, (_, at) => ruleText(file * 10 + at));
    writeFileSync(join(root, 'rules', `${String(file).padStart(4, '0')}.yml`), rules.join('---\n'));
  }
  const page = join(folder, 'many.html');
  runSec(['gate', '--quiet', '--no-evidence', '--exit-zero', '--format', `html=${page}`], root);
  return page;
}

function ruleText(number: number): string {
  const title = number % 100 === 0 ? `</script><img src=x onerror=alert(${number})>` : `Rule number ${number}`;
  return `title: ${JSON.stringify(title)}\nid: 00000000-0000-4000-8000-${String(number).padStart(12, '0')}\nlogsource: {product: linux}\ndetection: {a: {b: c}, condition: a}\n`;
}

function runSec(args: readonly string[], cwd: string): void {
  execFileSync(process.execPath, [SEC, ...args], { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Opens the file, lets `use` work with it, and then holds that nothing was loaded, refused or complained about. */
async function openPage(
  browser: Browser,
  file: string,
  options: BrowserContextOptions,
  check: Check,
  use: (page: Page) => Promise<void>,
  hash = '',
): Promise<void> {
  const page = await browser.newPage(options);
  const [requests, complaints]: [string[], string[]] = [[], []];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => (complaints.push(`dialog: ${dialog.message()}`), dialog.dismiss()));
  await page.goto(pathToFileURL(file).href + hash);
  await page.waitForSelector('article');
  await use(page);
  check(
    'nothing but the file was loaded',
    requests.every((url) => url === pathToFileURL(file).href),
    requests,
  );
  check('the console is empty: no error, no breach of the policy', complaints.length === 0, complaints);
  await page.close();
}

async function checkAccess(page: Page, where: string, check: Check): Promise<void> {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  check(`${where}: nothing hangs out to the side`, wide <= 0, wide);
  for (const summary of await page.locator('summary').all()) await summary.click();
  // As the debugger, which the page's policy does not bind.
  const violations = await page.evaluate<axe.Result[]>(
    `(() => { ${axe.source}; return axe.run().then(({ violations }) => violations); })()`,
  );
  const seen = violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0]?.html}`);
  check(`${where}: axe finds nothing (WCAG 2.2 A and AA, and good practice)`, seen.length === 0, seen);
}

async function checkSections(page: Page, check: Check): Promise<void> {
  const headings = await page.locator('h2').allTextContents();
  const expected = ['Gates', 'Measured', 'Findings', 'ATT&CK', 'ATLAS', 'Evidence'];
  check(
    'a recorded run has all its sections',
    expected.every((word, at) => headings[at]?.startsWith(word)),
    headings,
  );
  await page.getByRole('link', { name: 'Evidence' }).click();
  check('a link of the head leads to its section', page.url().endsWith('#evidence'), page.url());
  const powershell = page.getByText(/^T1059 Command and Scripting Interpreter: \d+ detections?/);
  check('a heatmap says its cells to who cannot see them', (await powershell.count()) === 1);
}

async function checkSpeed(page: Page, check: Check): Promise<void> {
  const painted = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity,
  );
  check(`the first paint comes within ${MANY.paintMs} ms: ${Math.round(painted)}`, painted < MANY.paintMs, painted);
  const all = await page.evaluate(async () => {
    while (document.querySelectorAll('article').length < 5000) await new Promise(requestAnimationFrame);
    return performance.now();
  });
  check(`all ${MANY.findings} are there within two seconds: ${Math.round(all)} ms`, all < 2 * MANY.paintMs, all);
  const query = await page.evaluate(async () => {
    const field = document.querySelector('#q') as HTMLInputElement;
    const started = performance.now();
    field.value = 'number 4321';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise(requestAnimationFrame);
    return performance.now() - started;
  });
  check(`a query is answered within ${MANY.queryMs} ms: ${Math.round(query)}`, query < MANY.queryMs, query);
}

async function checkFilters(page: Page, check: Check): Promise<void> {
  const [count, search] = [page.locator('#count'), page.getByRole('searchbox', { name: 'Search' })];
  check('all findings are counted', (await count.textContent()) === '5,000 findings', await count.textContent());
  await search.pressSequentially('number 4321');
  check(
    'a typed search leaves what has all its words',
    (await count.textContent()) === '1 of 5,000 findings',
    await count.textContent(),
  );
  check('and says it in the address', page.url().endsWith('#q=number+4321'), page.url());
  check(
    'the finding tells its file',
    (await page.locator('article').first().textContent())?.includes('rules/0432.yml') ?? false,
  );
  await page.getByRole('button', { name: 'Show all' }).click();
  check('"Show all" does', (await count.textContent()) === '5,000 findings', await count.textContent());
  await page.getByLabel('Status').selectOption('waived');
  check('a filter without findings leaves none', (await page.locator('article').count()) === 0);
  await page.getByLabel('Status').selectOption('open');
  await page.getByLabel('Level').selectOption('error');
  check('filters add up', page.url().endsWith('#level=error&status=open'), page.url());
  await page.reload();
  check('and outlive a reload', (await page.getByLabel('Level').inputValue()) === 'error');
  await page.getByRole('button', { name: 'Show all' }).click();
  await search.fill('onerror=alert(4900)');
  check(
    'text of users is text',
    (await page.locator('article h3').first().textContent())?.includes('<img src=x') ?? false,
  );
}

async function checkKeys(page: Page, check: Check): Promise<void> {
  const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.id ?? '');
  await page.keyboard.press('/');
  check('/ goes to the search', (await focused()) === 'q', await focused());
  await page.keyboard.type('number 12');
  await page.keyboard.press('Escape');
  await page.keyboard.press('j');
  const first = await focused();
  await page.keyboard.press('j');
  check('j goes to the next finding', first.startsWith('finding-') && (await focused()) !== first, first);
  await page.keyboard.press('k');
  check('k goes back', (await focused()) === first, await focused());
  await page.keyboard.press('?');
  check('? tells the keys', await page.getByRole('dialog').isVisible());
  await page.keyboard.press('Escape');
  check('Escape closes it', !(await page.getByRole('dialog').isVisible()));
}

async function checkPrint(page: Page, check: Check): Promise<void> {
  await page.getByRole('searchbox').fill('number 43');
  const wanted = Number((await page.locator('#count').textContent())?.split(' ')[0]);
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  check('paper has all that was filtered', (await page.locator('article').count()) === wanted, wanted);
  check('and no field or button', !(await page.locator('#filters').isVisible()));
  const pdf = await page.pdf();
  check('and can be printed', pdf.subarray(0, 5).toString() === '%PDF-');
}

async function checkLinks(browser: Browser, file: string, check: Check): Promise<void> {
  let hash = '';
  await openPage(browser, file, {}, check, async (page) => {
    await page.getByRole('searchbox').fill('number 4321');
    await page.locator('article .permalink').first().click();
    hash = new URL(page.url()).hash;
    check('a finding has a link of its own', hash.startsWith('#finding-'), hash);
  });
  const seen = async (page: Page): Promise<void> => {
    await page.waitForFunction((id) => document.activeElement?.id === id, hash.slice(1), { timeout: 5000 });
    check('which shows it', await page.locator(hash).isVisible());
  };
  await openPage(browser, file, {}, check, seen, hash);
  await openPage(
    browser,
    file,
    {},
    check,
    async (page) => {
      await page.evaluate((to) => (location.hash = to), hash);
      await seen(page);
      check('whatever was filtered', (await page.getByRole('searchbox').inputValue()) === '');
    },
    '#q=number+12',
  );
}
