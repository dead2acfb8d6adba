{#
What a wording proves: the least and the most that a figure can be. One rule, for figures and for sums of them.

at_least(figure), at_most(figure): of one figure, a row with value, precision, qualifier, value_low and value_high.
"104,4 M€" excludes 104.5, "plus de 70 000" excludes 69 000, "environ" excludes nothing: null is no bound.

last_digit(figure): one unit of the last digit of its value that is not zero, where it is a whole number whose writing
ends in zeros ("34 000": 1 000; "100 M€": 100 000 000); 0 for any other.

reach(figure): how far it may be from what it stands for, either way, beyond its precision. People round and truncate:
"34 000" may stand for 33 965 as for 34 800, and so does "environ 33 000"; nobody can know, so that it decides what can
be told and never what a figure is.

reached_least(figure), reached_most(figure): at_least and at_most with that reach; minus infinity and infinity where
nothing bounds it.

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
{% macro last_digit(figure) -%}
coalesce(
    CASE
        -- a larger number is not held to its last digit
        WHEN
            {{ figure }}.value <> 0
            AND {{ figure }}.value = trunc({{ figure }}.value)
            AND abs({{ figure }}.value) < 1e15
            THEN nullif(
                pow(
                    10,
                    length(CAST(CAST({{ figure }}.value AS BIGINT) AS VARCHAR))
                    - length(rtrim(CAST(CAST({{ figure }}.value AS BIGINT) AS VARCHAR), '0'))
                ),
                1
            )
    END,
    0
)
{%- endmacro %}
{% macro reach(figure) -%}
CASE
    WHEN {{ figure }}.qualifier = '~' THEN greatest({{ last_digit(figure) }}, 2 * {{ figure }}.precision, 1e-9)
    -- "104,4 M€" is written to its last digit, "100 M€" is not
    WHEN {{ figure }}.qualifier = '=' AND {{ last_digit(figure) }} > 2.001 * {{ figure }}.precision
        THEN {{ last_digit(figure) }}
    ELSE 0
END
{%- endmacro %}
{% macro reached_least(figure) -%}
coalesce(
    CASE
        WHEN {{ figure }}.qualifier IN ('=', '~')
            THEN {{ figure }}.value - greatest({{ figure }}.precision, {{ reach(figure) | indent }})
        ELSE {{ at_least(figure) | indent }}
    END,
    '-infinity'
)
{%- endmacro %}
{% macro reached_most(figure) -%}
coalesce(
    CASE
        WHEN {{ figure }}.qualifier IN ('=', '~')
            THEN {{ figure }}.value + greatest({{ figure }}.precision, {{ reach(figure) | indent }})
        ELSE {{ at_most(figure) | indent }}
    END,
    'infinity'
)
{%- endmacro %}
{% macro sum_at_least(at_least) -%}
sum(coalesce({{ at_least }}, 0))
{%- endmacro %}
{% macro sum_at_most(at_most) -%}
CASE WHEN count({{ at_most }}) = count(*) THEN sum({{ at_most }}) END
{%- endmacro %}
