{#
Do two sides agree? One rule, wherever figures are compared.

verdict(stated, parts, is_complete): of a stated figure and what its parts give, each the name of a struct with value,
precision, is_point (whether its hedges let it be read as a number), least and most (what it excludes, with the reach of
rounded numbers). "Inconsistent" has to be proven: what one side is at least exceeds what the other is at most; parts
that are missing only add. "Consistent" needs all parts, no mere bound, and a gap within the precisions added up. What
only the reach of a round number lets pass, or a part that is missing, cannot be told. The machine's own rounding is no
disagreement.
#}
{% macro verdict(stated, parts, is_complete) -%}
CASE
    WHEN {{ stated }}.value IS NULL OR {{ parts }}.value IS NULL THEN 'not_compared'
    WHEN {{ parts }}.least > {{ stated }}.most + 1e-9 * abs({{ stated }}.value) THEN 'inconsistent'
    WHEN {{ is_complete }} AND {{ parts }}.most < {{ stated }}.least - 1e-9 * abs({{ stated }}.value)
        THEN 'inconsistent'
    WHEN
        {{ is_complete }}
        AND {{ stated }}.is_point
        AND {{ parts }}.is_point
        AND abs({{ stated }}.value - {{ parts }}.value)
        <= {{ stated }}.precision + {{ parts }}.precision + 1e-9 * abs({{ stated }}.value)
        THEN 'consistent'
    ELSE 'cannot_tell'
END
{%- endmacro %}
