#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the composite action runs: the gates of the caller's repository, by the Helios of the action's own checkout. All
# it is told comes by environment. Leaves reports and proof outside of the work tree, and says where in $GITHUB_OUTPUT.
set -uo pipefail

out="$RUNNER_TEMP/helios"
mkdir -p "$out"
cd "$GITHUB_WORKSPACE/$HELIOS_FOLDER" || exit 2

args=(--format github --format "json=$out/helios.json" --format "sarif=$out/helios.sarif" --evidence-dir "$out/evidence")
[[ -n "$HELIOS_CONFIG" ]] && args+=(--config "$HELIOS_CONFIG")
[[ -n "$HELIOS_CHANGED_SINCE" ]] && args+=(--changed-since "$HELIOS_CHANGED_SINCE")
[[ -n "$HELIOS_FAIL_ON" ]] && args+=(--fail-on "$HELIOS_FAIL_ON")
[[ "$HELIOS_KEYLESS" == true ]] && args+=(--keyless)
read -ra gates <<<"$HELIOS_GATES"

HELIOS_CWD=$PWD node "$HELIOS_ACTION/toolchain/run.mjs" sec gate "${args[@]}" -- "${gates[@]}"
exit=$?

verdict=error
if [[ -f "$out/helios.json" ]]; then
  verdict=$(node -p 'JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")).verdict' "$out/helios.json")
  printf 'report=%s\nsarif=%s\n' "$out/helios.json" "$out/helios.sarif" >>"$GITHUB_OUTPUT"
fi
[[ -d "$out/evidence" ]] && printf 'evidence=%s\n' "$out/evidence" >>"$GITHUB_OUTPUT"
printf 'verdict=%s\nexit=%s\n' "$verdict" "$exit" >>"$GITHUB_OUTPUT"
exit "$exit"
