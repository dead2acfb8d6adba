{% from 'macros/bounds.sql' import reach %}
/*
row_en = "One commitment of a plan and how far it is kept on a day, today or any other: FROM kpi.target_progress_on(current_date)."
row_fr = "Un engagement d'un plan et son avancement un jour donné, aujourd'hui ou un autre : FROM kpi.target_progress_on(current_date)."
key = ["plan", "line_id"]
parameters = ["on_day"]
columns = [
    "plan", "line_id", "parent_id", "relation", "label", "indicator", "period", "period_label", "period_start", "period_end", "target",
    "unit", "qualifier", "achieved_to_date", "share_achieved", "years_in_period", "years_elapsed", "years_known", "coverage",
    "share_of_period_elapsed", "expected_to_date", "pace_needed", "status", "why_unknown", "last_known_on",
    "achieved_observation_ids", "submission_id", "sheet", "cell",
]
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
en = "Calendar years of the period that are over on the day; null unless it is made of whole years."
fr = "Années civiles de la période terminées ce jour-là ; nul si elle n'est pas faite d'années entières."

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
en = "Share of the days of the period that are over on the day, from 0 to 1; null without an end."
fr = "Part des jours de la période écoulés ce jour-là, de 0 à 1 ; nulle sans date de fin."
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

[describe.why_unknown]
en = "Why no verdict can be given: not_counted (no annual figure adds up to it), no_figure, years_missing, ceiling, rounding (the precision of the figures decides), span (it depends on the part of the first year before the signature); null where one is."
fr = "Pourquoi aucun verdict n'est possible : not_counted (aucun chiffre annuel ne s'y cumule), no_figure, years_missing, ceiling, rounding (la précision des chiffres décide), span (tout dépend du début de la première année, avant la signature) ; nul sinon."
allowed = ["not_counted", "no_figure", "years_missing", "ceiling", "rounding", "span"]

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
        i.measure = 'flow' AND i.is_additive AND i.unit = t.unit AS can_be_counted,
        -- Can annual figures be held against this period? Only if it is made of whole calendar years.
        strftime(t.period_start, '%m%d') = '0101' AND strftime(t.period_end, '%m%d') = '1231' AS is_whole_years,
        -- the last year that is over: that of the day before the day after
        CAST(year(CAST(on_day AS DATE) + 1) - 1 AS INTEGER) AS last_year_over,
        -- A promise in round numbers is kept to a hundredth: nobody is behind by 0,6 % of "200 000".
        least({{ reach("t") | indent(8) }}, 0.01 * abs(t.value)) AS leeway,
        -- How much of the first year was over when the commitment was made? What was done by then may count or not.
        CASE
            WHEN year(t.known_on) = year(t.period_start)
                THEN (t.known_on - t.period_start) / (make_date(year(t.period_start), 12, 31) - t.period_start + 1)
            ELSE 0
        END AS share_before_signature
    FROM fact.target AS t
    JOIN dim.indicator AS i ON i.code = t.indicator
),

national AS (
    SELECT
        *,
        -- "environ" may be off by one of its last digit; any other figure is taken as it is written
        if(qualifier = '~', value - {{ reach("n") | indent(8) }}, coalesce(at_least, 0)) AS least,
        if(qualifier = '~', value + {{ reach("n") | indent(8) }}, coalesce(at_most, 'infinity')) AS most
    FROM kpi.national AS n
    -- what is done by others is nobody's keeping of a promise
    WHERE population = ''
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
        -- what is done at least and at most, whether or not the part of the first year before the signature counts
        sum(
            CASE
                WHEN n.year = year(c.period_start) THEN (1 - c.share_before_signature) * n.least
                ELSE n.least
            END
        ) AS done_least,
        sum(n.most) AS done_most,
        sum(n.least) AS done_least_whole,
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
    JOIN national AS n
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
        a.done_least,
        a.done_least_whole,
        a.done_most,
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
        greatest(0, least(CAST(on_day AS DATE), c.period_end) - c.period_start + 1)
        / (c.period_end - c.period_start + 1)
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
        years_elapsed / years_in_period AS even_share,
        greatest(0, years_elapsed - share_before_signature) / (years_in_period - share_before_signature)
            AS even_share_since_signature
    FROM measured
),

-- Is it on track? What is known is at least done, whatever the missing years bring: enough is enough. That it is behind
-- can be said only when nothing is missing, and when neither rounding nor the part of the first year before the
-- signature could make good for it. "Jusqu'à" sets a ceiling, which nobody can be behind on.
judged AS (
    SELECT
        *,
        CASE
            WHEN NOT can_be_counted OR NOT coalesce(is_whole_years, FALSE) OR value IS NULL THEN 'not_counted'
            WHEN qualifier = '<' THEN 'ceiling'
            WHEN achieved_to_date IS NULL THEN 'no_figure'
            WHEN done_least >= coalesce(value_high, value) * even_share THEN 'on_track'
            WHEN NOT is_covered OR is_covered IS NULL THEN 'years_missing'
            WHEN done_most < (coalesce(value_low, value) - leeway) * even_share_since_signature THEN 'behind'
            WHEN done_least_whole >= coalesce(value_high, value) * even_share THEN 'span'
            WHEN done_most < (coalesce(value_low, value) - leeway) * even_share THEN 'span'
            ELSE 'rounding'
        END AS outcome
    FROM paced
)

SELECT
    plan,
    line_id,
    parent_id,
    relation,
    label,
    indicator,
    period,
    period_label,
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
    if(outcome IN ('on_track', 'behind'), outcome, 'unknown') AS status,
    if(outcome IN ('on_track', 'behind'), NULL, outcome) AS why_unknown,
    last_known_on,
    observation_ids AS achieved_observation_ids,
    submission_id,
    sheet,
    cell
FROM judged
ORDER BY plan, line_id
