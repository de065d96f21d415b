// SPDX-License-Identifier: Apache-2.0

/** Of all packages, which are released together. A test holds it to the package.json files. */
export const VERSION = '0.1.0';
