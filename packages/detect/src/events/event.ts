// SPDX-License-Identifier: Apache-2.0

/** What kind of log an event or a rule is about, in Sigma's terms (Sigma taxonomy 2.1.0). */
export interface Logsource {
  readonly product?: string;
  readonly category?: string;
  readonly service?: string;
}

/** One event of a log. */
export interface LogEvent {
  /** As detections name them: what a source wraps its events in is taken off. Values are JSON. */
  readonly fields: Readonly<Record<string, unknown>>;
  /**
   * All that the event is; one event can be several things. Empty where nothing tells. Events of one kind mostly share
   * one list, so that which rules apply can be remembered by it.
   */
  readonly logsources: readonly Logsource[];
  /** When it happened, in milliseconds since 1970 UTC; absent where the event does not say. */
  readonly time?: number;
  /** The text of the event where its source is text, for keyword searches. */
  readonly raw?: string;
  /** Where it stands. */
  readonly at: {
    readonly file: string;
    /** 1-based; of NDJSON the line, of a list the item. */ readonly record: number;
  };
}
