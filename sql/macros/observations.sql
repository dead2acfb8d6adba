{#
known(day): the figures as they were known at the end of a day, one a series and period, of all vintages.
#}
{% macro known(day) -%}
-- What is left out tells of the statement, or what was not known yet on that day, as a later confirmation was not.
SELECT
    h.* EXCLUDE (holds_from, superseded_on, withdrawn_on, vintage_rank)
    REPLACE (if(h.confirmed_on <= {{ day }}, h.confirmed_on, c.confirmed_on) AS confirmed_on)
FROM fact.observation_history AS h
LEFT JOIN (
    SELECT
        holder_submission_id AS submission_id,
        holder_sheet AS sheet,
        holder_cell AS cell,
        max(stated_from) AS confirmed_on
    FROM fact.statement
    WHERE outcome = 'confirms' AND stated_from <= {{ day }}
    GROUP BY ALL
) AS c USING (submission_id, sheet, cell)
WHERE h.holds_from <= {{ day }} AND (h.superseded_on IS NULL OR h.superseded_on > {{ day }})
{%- endmacro %}
