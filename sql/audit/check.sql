/*
row_en = "One check that this release went through, and its outcome."
row_fr = "Un contrôle passé par cette publication, et son résultat."
key = ["check_name"]
required = ["relation_name", "description", "description_fr", "is_blocking", "passed", "failures"]
columns = [
    "check_name", "relation_name", "description", "description_fr", "is_blocking", "passed", "failures", "sample",
]
*/
SELECT check_name, relation_name, description, description_fr, is_blocking, passed, failures, sample
FROM stage."check"
-- what failed comes first, and what holds a release back before the rest
ORDER BY passed, is_blocking DESC, check_name
