{% from 'macros/keys.sql' import series_key, territory_id %}
/*
row = "One submission of which a remark may be another one, with each figure that its remarks are made of."
keys = [
    ["series_key", "period_start", "period_end"],
    ["submission_id"],
]
*/
WITH tellers AS (
    SELECT submission_id FROM temp.touched_submission
    UNION
    -- its scale is held against the other figures of the series
    SELECT submission_id
    FROM stage.observation
    SEMI JOIN temp.touched_figure USING (indicator, population, breakdown, territory_level, territory_code)
    UNION
    -- which figures does it no longer state that the file before it at its place did?
    SELECT superseded_by
    FROM stage.submission
    SEMI JOIN temp.touched_submission USING (submission_id)
    WHERE superseded_by IS NOT NULL
),

stating AS (
    SELECT submission_id, submission_id AS stated_by FROM tellers
    UNION
    SELECT superseded_by, submission_id
    FROM stage.submission
    WHERE superseded_by IN (SELECT submission_id FROM tellers)
)

SELECT DISTINCT
    s.submission_id,
    {{ series_key("indicator", "population", "territory_id", "breakdown") | indent }} AS series_key,
    o.period_start,
    o.period_end
FROM stating AS s
LEFT JOIN (
    SELECT
        *,
        {{ territory_id("territory_level", "territory_code") | indent(8) }} AS territory_id
    FROM stage.observation
) AS o ON o.submission_id = s.stated_by
