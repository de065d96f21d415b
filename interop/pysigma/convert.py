# SPDX-License-Identifier: Apache-2.0
# What pySigma's backends make of rules: one line of JSON for each path on standard input, after one with the versions.
import json
import sys
from importlib.metadata import version
from os.path import join

from sigma.backends.elasticsearch.elasticsearch_esql import ESQLBackend
from sigma.backends.elasticsearch.elasticsearch_lucene import LuceneBackend
from sigma.backends.kusto import KustoBackend
from sigma.backends.splunk import SplunkBackend
from sigma.collection import SigmaCollection

PACKAGES = ["pySigma", "pySigma-backend-splunk", "pySigma-backend-elasticsearch", "pySigma-backend-kusto"]
print(", ".join(f"{name} {version(name)}" for name in PACKAGES))
BACKENDS = {"splunk": SplunkBackend, "lucene": LuceneBackend, "esql": ESQLBackend, "kql": KustoBackend}
for path in sys.stdin.read().split("\n"):
    rules = SigmaCollection.load_ruleset([join(sys.argv[1], path)])
    said = {}
    for name, backend in BACKENDS.items():
        try:
            said[name] = {"queries": backend().convert(rules)}
        except Exception as error:
            said[name] = {"error": f"{type(error).__name__}: {error}"[:200]}
    print(json.dumps(said))
