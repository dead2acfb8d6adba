/*
relation = "audit.coverage"
blocking = false
en = "Nothing that a region had reported in the previous release is missing in this one."
fr = "Rien de ce qu'une région avait communiqué dans la publication précédente ne manque dans celle-ci."
*/
-- Did a new submission, or a withdrawal, take figures away? A region that had reported a source and a year must still
-- be there, and so must each of its figures in a national sum.
SELECT 'audit.coverage' AS relation_name, before.source AS what, before.year, before.region, 1 AS before, 0 AS now
FROM previous.audit.coverage AS before
ANTI JOIN (FROM audit.coverage WHERE status = 'accepted') AS now USING (source, region_code, year)
WHERE before.status = 'accepted'
UNION ALL
SELECT 'kpi.national', indicator, year, NULL, before.regions_reporting, coalesce(now.regions_reporting, 0)
FROM previous.kpi.national AS before
LEFT JOIN kpi.national AS now USING (indicator, year)
WHERE coalesce(now.regions_reporting, 0) < before.regions_reporting
