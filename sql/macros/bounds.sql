{#
What a wording proves: the least and the most that a figure can be. One rule, for figures and for sums of them.

at_least(figure), at_most(figure): of one figure, a row with value, precision, qualifier, value_low and value_high.
"104,4 M€" excludes 104.5, "plus de 70 000" excludes 69 000, "environ" excludes nothing: null is no bound.

sum_at_least(at_least), sum_at_most(at_most): of the sum of a group of figures, from the bounds of each. The rule is
that of interval arithmetic, [a, b] + [c, d] = [a + c, b + d]. What adds up counts things or amounts, so that a
part that is missing or unbounded is at least 0, and can be anything more: the sum is at most something only if
every part is.
#}
{% macro at_least(figure) -%}
CASE {{ figure }}.qualifier
    WHEN '=' THEN {{ figure }}.value - {{ figure }}.precision
    WHEN '>' THEN coalesce({{ figure }}.value_low, {{ figure }}.value)
    WHEN 'interval' THEN {{ figure }}.value_low
END
{%- endmacro %}
{% macro at_most(figure) -%}
CASE {{ figure }}.qualifier
    WHEN '=' THEN {{ figure }}.value + {{ figure }}.precision
    WHEN '<' THEN coalesce({{ figure }}.value_high, {{ figure }}.value)
    WHEN 'interval' THEN {{ figure }}.value_high
END
{%- endmacro %}
{% macro sum_at_least(at_least) -%}
sum(coalesce({{ at_least }}, 0))
{%- endmacro %}
{% macro sum_at_most(at_most) -%}
CASE WHEN count({{ at_most }}) = count(*) THEN sum({{ at_most }}) END
{%- endmacro %}
