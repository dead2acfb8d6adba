{% from 'macros/contradictions.sql' import claims %}
{% from 'macros/contradictions_stated.sql' import akin, told_elsewhere, roundings, populations, neighbours, spans, years %}
{% from 'macros/contradictions_derived.sql' import changes, quotients, cumuls, breaks %}
{% from 'macros/contradictions_told.sql' import cells, pairs, told %}
/*
row_en = "One contradiction within a territory; audit.contradiction shows it, and those between territories."
row_fr = "Une contradiction au sein d'un territoire ; audit.contradiction la montre, et celles entre territoires."
like = "audit.contradiction"
by = "territory"
*/
-- A rule that holds figures of one territory against each other stands here: a load makes those of the territories anew
-- that it touches. One that takes the figures of several stands in audit.contradiction_between.
WITH claims AS MATERIALIZED (
    {{ claims("fact.observation_history") | indent }}
),

akin AS NOT MATERIALIZED (
    {{ akin() | indent }}
),

found AS MATERIALIZED (
    {{ told_elsewhere() | indent }}
    UNION ALL BY NAME
    {{ roundings() | indent }}
    UNION ALL BY NAME
    {{ populations() | indent }}
    UNION ALL BY NAME
    {{ neighbours() | indent }}
    UNION ALL BY NAME
    {{ spans() | indent }}
    UNION ALL BY NAME
    {{ years() | indent }}
    UNION ALL BY NAME
    {{ changes() | indent }}
    UNION ALL BY NAME
    {{ quotients() | indent }}
    UNION ALL BY NAME
    {{ cumuls() | indent }}
    UNION ALL BY NAME
    {{ breaks() | indent }}
),

-- the figures that a side is, which are claims
sides AS (
    SELECT id AS observation_id, holds_from
    FROM claims
    SEMI JOIN (SELECT unnest([left_id, right_id, through_id]) AS id FROM found) USING (id)
),

shown AS (
    SELECT h.*, s.file
    FROM fact.observation_history AS h
    JOIN fact.submission AS s USING (submission_id)
    SEMI JOIN sides USING (observation_id, holds_from)
),

cells AS (
    {{ cells() | indent }}
),

sided AS (
    {{ pairs() | indent }}
)

{{ told() }}
