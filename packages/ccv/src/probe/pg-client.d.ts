// SPDX-License-Identifier: Apache-2.0

/** The one class of `pg` that is used; its types name it only in the package's index. */
declare module 'pg/lib/client.js' {
  export { Client as default } from 'pg';
}
