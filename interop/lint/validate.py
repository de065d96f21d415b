# SPDX-License-Identifier: Apache-2.0
# What pySigma's validators say of a folder of rules, as JSON: the versions, and of each validator the issues and their files.
# Arguments: the folder, ATT&CK as STIX, and a folder with the last releases that brought their catalogs along. Newer ones
# fetch those from the network while they run.
import json
import runpy
import sys
from importlib.metadata import version
from os.path import join, relpath

from sigma.collection import SigmaCollection
from sigma.data import mitre_attack, mitre_d3fend
from sigma.validators.core import validators as core
from sigma.validators.sigmahq import validators as sigmahq
from sigma.validators.sigmahq.data import data_filename, data_taxonomy, data_windows_eventid, data_windows_provider

rules, stix, legacy = sys.argv[1:]


def key(logsource):
    return f"{logsource.product}_{logsource.category}_{logsource.service}"


def by_key(table):
    return {key(logsource): value for logsource, value in table.items()}


mitre_attack.set_url(stix)
for name, value in runpy.run_path(join(legacy, "sigma/data/mitre_d3fend.py")).items():
    if name.startswith("mitre_d3fend_"):
        setattr(mitre_d3fend, name, value)
data = runpy.run_path(join(legacy, "sigma/validators/sigmahq/sigmahq_data.py"))
data_filename.sigmahq_filename_pattern = by_key(data["ref_sigmahq_logsource_filepattern"])
data_taxonomy.sigmahq_taxonomy_fieldsname = by_key(data["ref_sigmahq_fieldsname"])
data_taxonomy.sigmahq_taxonomy_redundant_fields = by_key(data["ref_sigmahq_redundant_field"])
data_windows_eventid.sigmahq_category_no_eventid = data["ref_windows_no_eventid"]
data_windows_provider.sigmahq_provider_name = {
    logsource.category: names for logsource, names in data["ref_windows_provider_name"].items()
}

def judge(validator, rule):
    try:
        return validator.validate(rule)
    except Exception:  # a rule that does not parse
        return []


collection = SigmaCollection.load_ruleset([rules], collect_errors=True)
said = {}
for name, Validator in sorted({**core, **sigmahq}.items()):
    validator = Validator()
    try:
        issues = [issue for rule in collection for issue in judge(validator, rule)] + validator.finalize()
        files = sorted({relpath(str(rule.source.path), rules) for issue in issues for rule in issue.rules})
        said[name] = {"issues": len(issues), "files": files, "core": name in core}
    except Exception as error:
        said[name] = {"error": f"{type(error).__name__}: {error}", "core": name in core}
names = ["pySigma", "pySigma-validators-sigmahq"]
broken = [str(error) for rule in collection for error in rule.errors]
versions = ", ".join(f"{name} {version(name)}" for name in names)
print(json.dumps({"versions": versions, "rules": len(collection.rules), "errors": broken, "validators": said}))
