{% from 'macros/coverage.sql' import coverage, received %}
/*
row_en = "One source, region and year: whether the region's figures were expected, came, were accepted, and when."
row_fr = "Une source, une région et une année : chiffres attendus ou non, reçus, acceptés, et à quelle date."
key = ["source", "region_code", "year"]
required = ["region", "status", "is_expected", "is_late", "files", "figures", "indicators_reported"]
like = "audit.coverage_on"
*/
-- as it stands on the day of the release; a file that says « 2022 » is not shown to be late by the year's last day
{{ coverage(received(scorecard), "(SELECT as_of FROM audit.release)", "c.first_known_from > e.due_on", scorecard) }}
