// SPDX-License-Identifier: Apache-2.0
import type { Rule } from '@helios/core/finding';

export const RULES: readonly Rule[] = [];
