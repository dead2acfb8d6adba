/*
row = "One submission that came, went or changed, or of which a figure may have another fate because of one that did."
keys = [["submission_id"]]
*/
WITH records AS (
    SELECT submission_id FROM stage.target
    UNION ALL
    SELECT submission_id FROM stage.agreement
    UNION ALL
    SELECT submission_id FROM stage.funding
    UNION ALL
    SELECT submission_id FROM stage.correction
)

SELECT submission_id FROM temp.changed
UNION
SELECT o.submission_id
FROM stage.observation AS o
SEMI JOIN temp.touched_figure USING (
    indicator, population, breakdown, territory_level, territory_code, period_start, period_end
)
UNION
-- one record takes the place of another, whichever file states it
SELECT submission_id FROM records WHERE EXISTS (FROM records SEMI JOIN temp.changed USING (submission_id))
