// SPDX-License-Identifier: Apache-2.0
import type { Reporter } from '../reporter.ts';
import { drawPage } from './page.ts';

export const html: Reporter = (report) => drawPage(report);
