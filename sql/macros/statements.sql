{#
Which of two statements of one figure holds. Both are rows with value, qualifier, value_low, value_high, missing_reason,
least and most (what each excludes, as far as it is taken at its word), imprecision, authority, voice, stated_from.

both_can_be_true(a, b): whether their wordings overlap; the machine's own rounding is no disagreement.

says_the_same(a, b): whether they state one value, in one wording.

takes_over: the outcomes after which the next one holds.

outcome(holding, next): what becomes of the statement that comes next, against the one that holds then.
#}
{% macro both_can_be_true(a, b) -%}
(
    {{ a }}.least <= {{ b }}.most + 1e-9 * abs({{ b }}.value)
    AND {{ b }}.least <= {{ a }}.most + 1e-9 * abs({{ a }}.value)
)
{%- endmacro %}
{% macro says_the_same(a, b) -%}
(
    ({{ a }}.value, {{ a }}.qualifier, {{ a }}.value_low, {{ a }}.value_high, {{ a }}.missing_reason)
    IS NOT DISTINCT FROM
    ({{ b }}.value, {{ b }}.qualifier, {{ b }}.value_low, {{ b }}.value_high, {{ b }}.missing_reason)
)
{%- endmacro %}
{% set takes_over -%}
'confirms_as_final', 'is_more_precise', 'restates', 'outranks', 'contradicts', 'completes', 'masks'
{%- endset %}
{% macro outcome(holding, next) -%}
CASE
    -- what is secret stays so until the file that says it is replaced at its place
    WHEN {{ holding }}.missing_reason = 'secret' THEN 'masked'
    WHEN {{ next }}.missing_reason = 'secret' THEN 'masks'
    -- "nd" takes nothing back
    WHEN {{ next }}.value IS NULL THEN 'says_nothing'
    WHEN {{ holding }}.value IS NULL THEN 'completes'
    WHEN {{ says_the_same(holding, next) | indent }}
        THEN if({{ holding }}.is_provisional AND NOT {{ next }}.is_provisional, 'confirms_as_final', 'confirms')
    WHEN {{ both_can_be_true(holding, next) | indent }}
        THEN if({{ next }}.imprecision < {{ holding }}.imprecision, 'is_more_precise', 'confirms')
    WHEN {{ next }}.authority > {{ holding }}.authority THEN 'outranks'
    WHEN {{ next }}.authority < {{ holding }}.authority THEN 'is_outranked'
    WHEN {{ next }}.voice = {{ holding }}.voice AND {{ next }}.stated_from > {{ holding }}.stated_from THEN 'restates'
    ELSE 'contradicts'
END
{%- endmacro %}
