# SPDX-License-Identifier: Apache-2.0
# A Python peer: sigma-rule-matcher (from pip), which evaluates one rule on one event. Rules it cannot take are left out.
import json
import sys
from pathlib import Path

from sigma.rule import SigmaRule
from sigma_rule_matcher import RuleMatcher

rules, log = sys.argv[1:3]
matchers = []
for path in sorted(Path(rules).rglob("*.yml")):
    try:
        matchers.append(RuleMatcher(SigmaRule.from_yaml(path.read_text())))
    except Exception:
        pass
matches = failures = 0
with open(log) as lines:
    for line in lines:
        event = json.loads(line)
        for matcher in matchers:
            try:
                matches += matcher.match(event) is True
            except Exception:
                failures += 1
print(f"{len(matchers)} rules taken, {matches} matches, {failures} failures")
