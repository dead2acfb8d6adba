{% from 'macros/texts.sql' import number %}
{#
The kinds of audit.contradiction: for each its name and its sentence, both in French and in English. A rule that finds
one names its kind; there is no other list of them.

In a sentence, {what} {where} {when} {population} are those of the left side, {what_right} {where_right} {when_right}
{population_right} those of the right one; {left} and {right} are the texts of the cells, or the number where it is
calculated; {expected} is what the right side would have to be; {through} is the text of a further cell.

name(language): the name of the kind of a row.

described(): the descriptions of kind and verdict, for the header of a relation.

words(language): what {…} stand for, of a row that has left_side and right_side (cells), left_indicator,
right_indicator, left_population and right_population (what these are of), right_value, expected and through_text.

sentence(language): the sentence of a row that has kind and these words, as words_fr and words_en.
put_together(sentence, language): one sentence of those above, as SQL. quote(text, language): a text as the language
writes it.
#}
{% set kinds = {
    "conflict": (
        "Deux énoncés d'un chiffre",
        "Two statements of one figure",
        "{what}, {where}, {when} : {left} et {right} ne peuvent pas être vrais tous les deux.",
        "{what}, {where}, {when}: {left} and {right} cannot both be true.",
    ),
    "cumulative_falls": (
        "Un cumul qui baisse",
        "A cumul that falls",
        "{what}, {where} : {left} ({when}) est moins que {right}, compté plus tôt ({when_right}) ; un cumul ne "
        "baisse pas.",
        "{what}, {where}: {left} ({when}) is less than {right}, counted earlier ({when_right}); a cumul does not "
        "fall.",
    ),
    "revision": (
        "Un chiffre révisé",
        "A figure that was revised",
        "{what}, {where}, {when} : {left} a été remplacé par {right} ; le chiffre a été révisé.",
        "{what}, {where}, {when}: {left} was replaced by {right}; the figure was revised.",
    ),
    "rounding": (
        "Un arrondi qui n'en est pas un",
        "A rounding that is none",
        "{what}, {where}, {when} : {left} est plus rond que {right} et n'en est pas l'arrondi.",
        "{what}, {where}, {when}: {left} is rounder than {right} and is not its rounding.",
    ),
    "bound": (
        "Une borne loin du chiffre",
        "A bound far from the figure",
        "{what}, {where}, {when} : {left} est loin de {right}, que cette borne ne contredit pas.",
        "{what}, {where}, {when}: {left} is far from {right}, which that bound does not contradict.",
    ),
    "part_as_whole": (
        "Une partie donnée pour le tout",
        "A part stated as the whole",
        "{what}, {where}, {when} : {left} est le nombre de l'ensemble ({through}) ; cette partie compte {right}.",
        "{what}, {where}, {when}: {left} is the number of the whole ({through}); that part counts {right}.",
    ),
    "population": (
        "Deux populations",
        "Two populations",
        "{where}, {when} : {what} ({population}), {left} ; {what_right} ({population_right}), {right}. "
        "Deux populations, deux chiffres.",
        "{where}, {when}: {what} ({population}), {left}; {what_right} ({population_right}), {right}. "
        "Two populations, two figures.",
    ),
    "neighbour": (
        "Deux périmètres sous les mêmes mots",
        "Two extents in the same words",
        "{where} : {what}, {left} ({when}) ; {what_right}, {right} ({when_right}). Les textes les nomment de même, "
        "mais les périmètres diffèrent.",
        "{where}: {what}, {left} ({when}); {what_right}, {right} ({when_right}). Texts name them alike, and they are "
        "of different extent.",
    ),
    "count_unit": (
        "Un nombre pour deux choses comptées",
        "One number for two things counted",
        "{where}, {when} : le même nombre est énoncé comme {what} ({left}) et comme {what_right} ({right}).",
        "{where}, {when}: one number is stated as {what} ({left}) and as {what_right} ({right}).",
    ),
    "field": (
        "Deux champs géographiques",
        "Two geographical fields",
        "{what}, {when} : {left} ({where}) et {right} ({where_right}) sont de champs différents.",
        "{what}, {when}: {left} ({where}) and {right} ({where_right}) are of different fields.",
    ),
    "span": (
        "Deux périodes de douze mois",
        "Two spans of twelve months",
        "{what}, {where} : {left} ({when}) et {right} ({when_right}) sont deux périodes de douze mois qui se "
        "chevauchent.",
        "{what}, {where}: {left} ({when}) and {right} ({when_right}) are two spans of twelve months that overlap.",
    ),
    "mixed_years": (
        "Deux années dans un texte",
        "Two years in one text",
        "{where} : {what}, {left}, porte sur {when}, qui n'était pas terminé ; le même texte énonce {what_right}, "
        "{right}, pour {when_right}. L'année est à vérifier.",
        "{where}: {what}, {left}, is about {when}, which was not over; the same text states {what_right}, {right}, for "
        "{when_right}. The year needs a check.",
    ),
    "launch": (
        "Deux dates de lancement",
        "Two dates of launch",
        "{what}, {where} : {left} ({when}) et {right} ({when_right}) sont comptés depuis deux dates différentes.",
        "{what}, {where}: {left} ({when}) and {right} ({when_right}) are counted from two different dates.",
    ),
    "sum": (
        "Une somme et ses parties",
        "A sum and its parts",
        "{what}, {where}, {when} : {left} est énoncé ; ses parties donnent {right}.",
        "{what}, {where}, {when}: {left} is stated; its parts give {right}.",
    ),
    "part_exceeds": (
        "Une partie plus grande que le tout",
        "A part greater than the whole",
        "{what}, {where}, {when} : {left} est énoncé ; une de ses parties compte {right}.",
        "{what}, {where}, {when}: {left} is stated; one of its parts counts {right}.",
    ),
    "growth": (
        "Une évolution et ses deux années",
        "A change and its two years",
        "{what}, {where}, {when} : {left} vers {through} suppose {expected} l'année précédente ; {right} est énoncé "
        "({what_right}, {when_right}).",
        "{what}, {where}, {when}: {left} to {through} supposes {expected} the year before; {right} is stated "
        "({what_right}, {when_right}).",
    ),
    "quotient": (
        "Une part ou un taux et ses deux termes",
        "A share or rate and its two terms",
        "{what}, {where}, {when} : {left} de {through} suppose {expected} ; {right} est énoncé ({what_right}, "
        "{when_right}).",
        "{what}, {where}, {when}: {left} of {through} supposes {expected}; {right} is stated ({what_right}, "
        "{when_right}).",
    ),
    "cumulative_as_annual": (
        "Un cumul donné pour une année",
        "A cumul stated as one year",
        "{where} : {left} est énoncé pour {when} ({what}) et {right} depuis le lancement ({what_right}, "
        "{when_right}).",
        "{where}: {left} is stated for {when} ({what}) and {right} since the launch ({what_right}, {when_right}).",
    ),
    "cumulative_step": (
        "Un cumul et sa dernière année",
        "A cumul and its last year",
        "{what}, {where} : {left} ({when}), dont {through} dans l'année, suppose {expected} avant elle ; {right} est "
        "énoncé ({when_right}).",
        "{what}, {where}: {left} ({when}), of which {through} in the year, supposes {expected} before it; {right} is "
        "stated ({when_right}).",
    ),
    "stock_break": (
        "Une rupture de série",
        "A break in a series",
        "{what}, {where} : {left} ({when}) après {right} ({when_right}) ; une telle baisse est une rupture de série.",
        "{what}, {where}: {left} ({when}) after {right} ({when_right}); such a fall is a break in the series.",
    ),
    "target_span": (
        "Un objectif à plusieurs échéances",
        "A target with several horizons",
        "{what} : {left} est l'objectif de {when} et, ailleurs ({right}), celui de {when_right}.",
        "{what}: {left} is the target of {when} and, elsewhere ({right}), that of {when_right}.",
    ),
} %}
{% macro described() -%}
[describe.kind]
en = "Rule that found it; the sentence says what it means."
fr = "Règle qui l'a trouvée ; la phrase dit ce qu'elle signifie."
allowed = [{{ kinds | map("tojson") | join(", ") }}]

[describe.verdict]
en = """inconsistent: both cannot be true; cannot_tell: they may be, by rounding or by what is not stated; \
not_compared: two different things."""
fr = """inconsistent : les deux ne peuvent être vrais ; cannot_tell : un arrondi ou ce qui n'est pas dit peut les \
concilier ; not_compared : deux choses."""
allowed = ["inconsistent", "cannot_tell", "not_compared"]
{%- endmacro %}
{% macro quote(text, language) -%}
{% if language == "fr" -%}
concat('« ', {{ text }}, ' »')
{%- else -%}
concat('“', {{ text }}, '”')
{%- endif %}
{%- endmacro %}
{% macro name(language) -%}
CASE kind
{% for kind, (french, english, _, _) in kinds.items() %}
    WHEN '{{ kind }}' THEN '{{ (french if language == "fr" else english) | replace("'", "''") }}'
{% endfor %}
END
{%- endmacro %}
{% macro words(language) -%}
{# their names are those that stand in the sentences #}
{
    'what': coalesce(left_side.label_{{ language }}, left_indicator.label_{{ language }}),
    'what_right': coalesce(
        right_side.label_{{ language }}, right_indicator.label_{{ language }},
        left_side.label_{{ language }}, left_indicator.label_{{ language }}
    ),
    'and_where': coalesce(', ' || left_side.territory, ''),
    'where': coalesce(left_side.territory, ''),
    'and_when': coalesce(', ' || nullif(left_side.period_label, ''), ''),
    'where_right': coalesce(right_side.territory, ''),
    'when': left_side.period_label,
    'when_right': coalesce(right_side.period_label, ''),
    'population': coalesce(left_population.label_{{ language }}, ''),
    'population_right': coalesce(right_population.label_{{ language }}, ''),
    'expected': coalesce({{ number("expected", language) | indent }}, ''),
    'through': coalesce({{ quote("through_text", language) }}, ''),
    'left': {{ quote("left_side.raw_text", language) }},
    'right': if(
        right_side.id IS NULL,
        {{ number("right_value", language) | indent(8) }},
        {{ quote("right_side.raw_text", language) }}
    )
}
{%- endmacro %}
{% macro put_together(sentence, language) -%}
{# what a sentence is made of is told apart here: looked for in each row, fourteen words take longer #}
{% set said = namespace(pieces=[]) %}
{% for piece in (sentence | replace(", {where}", "{and_where}") | replace(", {when}", "{and_when}")).split("{") %}
{% set word, _, text = piece.partition("}") if "}" in piece else ("", "", piece) %}
{% set said.pieces = said.pieces + (["words_" ~ language ~ "." ~ word] if word else []) %}
{% set said.pieces = said.pieces + (["'" ~ text | replace("'", "''") ~ "'"] if text else []) %}
{% endfor %}
concat(
    {{ said.pieces | join(",\n    ") }}
)
{%- endmacro %}
{% macro sentence(language) -%}
CASE kind
{% for kind, (_, _, french, english) in kinds.items() %}
    WHEN '{{ kind }}' THEN {{ put_together(french if language == "fr" else english, language) | indent }}
{% endfor %}
END
{%- endmacro %}
