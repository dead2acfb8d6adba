/*
row_en = "One region of today, reporting or not: the latest known figure of each indicator, and its year."
row_fr = "Une région actuelle, qu'elle ait répondu ou non : le dernier chiffre connu de chaque indicateur, et son année."
key = ["region_code"]
required = ["region"]
columns = [
    "region_code", "region",
{% for code in scorecard %}
    "{{ code }}", "{{ code }}_year",
{% endfor %}
]
*/
-- What is the latest that we know of each region? A region that reported nothing keeps its row, empty: it shows.
SELECT
    r.code AS region_code,
    r.name AS region,
    -- max_by skips years in which the indicator is unknown
{% for code in scorecard %}
    max_by(k.{{ code }}, k.year) AS {{ code }},
    max(k.year) FILTER (k.{{ code }} IS NOT NULL) AS {{ code }}_year{{ "," if not loop.last }}
{% endfor %}
FROM dim.territory AS r
LEFT JOIN kpi.regional AS k ON k.region_code = r.code
WHERE r.level = 'region' AND r.valid_to IS NULL
GROUP BY r.code, r.name
ORDER BY r.name
