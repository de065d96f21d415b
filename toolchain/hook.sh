#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What .pre-commit-hooks.yaml runs: a command of this checkout of Helios, in the repository that is committed to.
HELIOS_CWD=$PWD exec node "$(dirname "$0")/run.mjs" "$@"
