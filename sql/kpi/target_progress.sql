/*
row_en = "One commitment of a plan and how far it is kept: target, achieved to date, pace needed, on track or not or unknown."
row_fr = "Un engagement d'un plan et son avancement : cible, réalisé à ce jour, rythme nécessaire, en bonne voie ou non."
key = ["plan", "line_id"]
required = ["label", "indicator", "period", "period_start", "unit", "qualifier", "years_known", "status"]
columns = [
    "plan", "line_id", "parent_id", "relation", "label", "indicator", "period", "period_start", "period_end", "target",
    "unit", "qualifier", "achieved_to_date", "share_achieved", "years_in_period", "years_elapsed", "years_known", "coverage",
    "share_of_period_elapsed", "expected_to_date", "pace_needed", "status", "last_known_on",
    "achieved_observation_ids", "submission_id", "sheet", "cell",
]
# the cell of the commitment, and those of the national figures that are counted
lineage = '''
SELECT
    indicator AS figure, 'national' AS territory_level, 'FR' AS territory_code, period,
    concat(plan, ', ', line_id) AS item, target AS figure_value, 'target' AS role,
    concat_ws('/', submission_id, sheet, cell) AS observation_id
FROM kpi.target_progress
UNION ALL
SELECT
    indicator, 'national', 'FR', period, concat(plan, ', ', line_id), achieved_to_date, 'achieved',
    unnest(achieved_observation_ids)
FROM kpi.target_progress
'''
shown = '''
SELECT
    indicator AS figure, 'national' AS territory_level, 'FR' AS territory_code, NULL AS period,
    concat(plan, ', ', line_id) AS item, 'target' AS role, 1 AS cells
FROM kpi.target_progress
UNION ALL
SELECT indicator, 'national', 'FR', NULL, concat(plan, ', ', line_id), 'achieved', years_known
FROM kpi.target_progress
'''

[describe.period_start]
type = "DATE"
en = "First day of the period of the commitment."
fr = "Premier jour de la période de l'engagement."

[describe.period_end]
type = "DATE"
en = "Day by which the commitment is to be kept; null where the text states none."
fr = "Jour auquel l'engagement doit être tenu ; nul si le texte n'en donne pas."

[describe.target]
type = "DOUBLE"
en = "Value committed to, in the unit."
fr = "Valeur sur laquelle porte l'engagement, dans l'unité."

[describe.achieved_to_date]
type = "DOUBLE"
en = "Sum of the known national annual figures (kpi.national.value) of the period: a lower bound while coverage is below 1."
fr = "Somme des chiffres annuels nationaux connus (kpi.national.value) : un minimum tant que coverage est inférieur à 1."

[describe.share_achieved]
type = "DOUBLE"
unit = "share"
en = "Achieved to date divided by the target."
fr = "Réalisé à ce jour rapporté à la cible."

[describe.years_in_period]
type = "INTEGER"
en = "Number of calendar years in the period; null unless the period is made of whole years."
fr = "Nombre d'années civiles de la période ; nul si elle n'est pas faite d'années entières."

[describe.years_elapsed]
type = "INTEGER"
en = "Calendar years of the period that are over on the day of the release; null unless it is made of whole years."
fr = "Années civiles de la période terminées au jour de la publication ; nul si elle n'est pas faite d'années entières."

[describe.years_known]
type = "INTEGER"
en = "Calendar years of the period with a national figure."
fr = "Années civiles de la période ayant un chiffre national."
minimum = 0

[describe.coverage]
type = "DOUBLE"
unit = "share"
en = "Share of the elapsed years that are known, from 0 to 1; null while no year is over."
fr = "Part des années écoulées qui sont connues, de 0 à 1 ; nulle tant qu'aucune n'est terminée."
minimum = 0
maximum = 1

[describe.share_of_period_elapsed]
type = "DOUBLE"
unit = "share"
en = "Share of the days of the period that are over on the day of the release, from 0 to 1; null without an end."
fr = "Part des jours de la période écoulés au jour de la publication, de 0 à 1 ; nulle sans date de fin."
minimum = 0
maximum = 1

[describe.expected_to_date]
type = "DOUBLE"
en = "What an even pace gives over the elapsed calendar years: target × years_elapsed / years_in_period."
fr = "Ce que donne un rythme régulier sur les années civiles écoulées : cible × years_elapsed / years_in_period."

[describe.pace_needed]
type = "DOUBLE"
unit = "per year"
en = "What each remaining calendar year must bring to reach the target; null unless all elapsed years are known."
fr = "Ce que chaque année restante doit apporter pour atteindre la cible ; nul si une année écoulée est inconnue."

[describe.status]
en = "on_track: an even pace is reached, even if years are unknown; behind: not, with all elapsed years known; else unknown."
fr = "on_track : rythme régulier atteint, même si des années manquent ; behind : non, toutes étant connues ; sinon unknown."
allowed = ["on_track", "behind", "unknown"]

[describe.last_known_on]
type = "DATE"
en = "Day on which the most recent figure counted became known; null when none is."
fr = "Jour où le plus récent des chiffres comptés a été connu ; nul s'il n'y en a pas."

[describe.achieved_observation_ids]
type = "VARCHAR[]"
en = "Keys of the cells that achieved_to_date is made from; null when none is."
fr = "Clés des cellules dont achieved_to_date est fait ; nul s'il n'y en a pas."
*/
WITH commitments AS (
    SELECT
        t.*,
        r.as_of,
        i.measure = 'flow' AND i.is_additive AND i.unit = t.unit AS can_be_counted,
        -- Can annual figures be held against this period? Only if it is made of whole calendar years.
        strftime(t.period_start, '%m%d') = '0101' AND strftime(t.period_end, '%m%d') = '1231' AS is_whole_years,
        -- the last year that is over: that of the day before the day after
        CAST(year(r.as_of + 1) - 1 AS INTEGER) AS last_year_over
    FROM fact.target AS t
    JOIN dim.indicator AS i ON i.code = t.indicator
    CROSS JOIN audit.release AS r
),

-- What is done so far? The national figure of each year of the period, and nothing else: cumulative figures and sums of
-- some regions are not added. Envelopes of money, factors and rates have no annual figure that adds up to them.
achieved AS (
    SELECT
        c.plan,
        c.line_id,
        sum(n.value) AS achieved_to_date,
        CAST(count(*) AS INTEGER) AS years_known,
        -- known years after the last one that is over do not make up for one that is missing
        CAST(count(*) FILTER (n.year <= c.last_year_over) AS INTEGER) AS elapsed_years_known,
        bool_and(n.qualifier <> '<') AS is_lower_bound,
        bool_and(n.qualifier IN ('=', '~', '<')) AS is_upper_bound,
        max(n.known_on) AS last_known_on,
        flatten(
            list(
                CASE
                    WHEN n.basis = 'published' THEN [n.published_observation_id]
                    ELSE n.regions_observation_ids
                END
                ORDER BY n.year
            )
        ) AS observation_ids
    FROM commitments AS c
    JOIN kpi.national AS n
        ON n.indicator = c.indicator
        AND n.unit = c.unit
        AND n.value IS NOT NULL
        AND n.year BETWEEN year(c.period_start) AND year(c.period_end)
    WHERE c.can_be_counted AND c.is_whole_years
    GROUP BY c.plan, c.line_id
),

measured AS (
    SELECT
        c.*,
        a.achieved_to_date,
        coalesce(a.years_known, 0) AS years_known,
        coalesce(a.elapsed_years_known, 0) AS elapsed_years_known,
        a.is_lower_bound,
        a.is_upper_bound,
        a.last_known_on,
        a.observation_ids,
        CASE WHEN c.is_whole_years THEN CAST(year(c.period_end) - year(c.period_start) + 1 AS INTEGER) END
            AS years_in_period,
        CASE
            WHEN c.is_whole_years
                THEN CAST(
                    greatest(0, least(year(c.period_end), c.last_year_over) - year(c.period_start) + 1) AS INTEGER
                )
        END AS years_elapsed,
        greatest(0, least(c.as_of, c.period_end) - c.period_start + 1) / (c.period_end - c.period_start + 1)
            AS share_of_period_elapsed
    FROM commitments AS c
    LEFT JOIN achieved AS a USING (plan, line_id)
),

paced AS (
    SELECT
        *,
        elapsed_years_known / nullif(years_elapsed, 0) AS coverage,
        elapsed_years_known = years_elapsed AS is_covered,
        -- Against what is the achieved held? Annual results exist for years that are over; comparing them with a share
        -- that also counts the running months would call everybody late. Hence whole years on both sides.
        years_elapsed / years_in_period AS even_share
    FROM measured
)

SELECT
    plan,
    line_id,
    parent_id,
    relation,
    label,
    indicator,
    period,
    period_start,
    period_end,
    value AS target,
    unit,
    qualifier,
    achieved_to_date,
    achieved_to_date / nullif(value, 0) AS share_achieved,
    years_in_period,
    years_elapsed,
    years_known,
    coverage,
    share_of_period_elapsed,
    CASE WHEN can_be_counted THEN value * even_share END AS expected_to_date,
    CASE
        WHEN is_covered AND achieved_to_date IS NOT NULL AND years_in_period > years_known
            THEN greatest(0, value - achieved_to_date) / (years_in_period - years_known)
    END AS pace_needed,
    -- Is it on track? What is known is at least done, whatever the missing years bring: enough is enough. That it is
    -- behind can be said only when nothing is missing. "Jusqu'à" sets a ceiling, which nobody can be behind on.
    CASE
        WHEN qualifier = '<' OR achieved_to_date IS NULL OR value IS NULL THEN 'unknown'
        WHEN is_lower_bound AND achieved_to_date >= coalesce(value_high, value) * even_share THEN 'on_track'
        WHEN is_upper_bound AND is_covered AND achieved_to_date < coalesce(value_low, value) * even_share THEN 'behind'
        ELSE 'unknown'
    END AS status,
    last_known_on,
    observation_ids AS achieved_observation_ids,
    submission_id,
    sheet,
    cell
FROM paced
ORDER BY plan, line_id
