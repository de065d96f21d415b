// SPDX-License-Identifier: Apache-2.0
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import type { Check } from './run.ts';

const ROOT = dirname(import.meta.dirname);

/** The committed heatmaps as pictures. */
export async function checkHeatmaps(browser: Browser, check: Check): Promise<void> {
  for (const name of ['attack', 'atlas']) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await browser.newPage({ colorScheme });
      const requests: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      await page.goto(pathToFileURL(join(ROOT, 'analytics', 'heatmaps', `${name}.svg`)).href);
      check(`${name}, ${colorScheme}: nothing but the file is loaded`, requests.length === 1, requests.join(' '));
      const spilt = await spiltTexts(page);
      check(`${name}, ${colorScheme}: every text stays within its cell`, spilt.length === 0, spilt.join(', '));
      const weak = await weakTexts(page);
      check(
        `${name}, ${colorScheme}: every text has a contrast of 4.5:1 (WCAG 2.2, 1.4.3)`,
        weak.length === 0,
        weak.join(', '),
      );
      await page.close();
    }
  }
}

/** Texts that are wider than the cell that holds them. */
async function spiltTexts(page: Page): Promise<string[]> {
  return page.$$eval('g', (groups) =>
    groups.flatMap((group) => {
      const cell = group.querySelector('rect')?.getBoundingClientRect();
      return [...group.querySelectorAll('text')].flatMap((text) => {
        const box = text.getBoundingClientRect();
        return cell && (box.left < cell.left || box.right > cell.right || box.bottom > cell.bottom)
          ? [text.textContent ?? '']
          : [];
      });
    }),
  );
}

/** Texts whose colour is too near to that of their cell. */
async function weakTexts(page: Page): Promise<string[]> {
  return page.$$eval('g', (groups) => {
    const luminance = (color: string): number => {
      const [r = 0, g = 0, b = 0] = (color.match(/\d+/g) ?? []).map((value) => {
        const share = Number(value) / 255;
        return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    return groups.flatMap((group) => {
      const cell = group.querySelector('rect');
      if (!cell) return [];
      const ground = luminance(getComputedStyle(cell).fill);
      return [...group.querySelectorAll('text')].flatMap((text) => {
        const ink = luminance(getComputedStyle(text).fill);
        const contrast = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
        return contrast < 4.5 ? [`${text.textContent} ${contrast.toFixed(1)}`] : [];
      });
    });
  });
}
