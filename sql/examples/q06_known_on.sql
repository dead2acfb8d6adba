-- Que savait-on le 31 décembre 2022 des agréments, et que sait-on aujourd'hui ?
-- What was known of approvals on 31 December 2022, and what is known today?
SELECT year, t.value AS known_then, n.value AS known_now, n.known_on
FROM kpi.national AS n
LEFT JOIN kpi.national_as_of(DATE '2022-12-31') AS t USING (indicator, year)
WHERE indicator = 'approvals' AND year BETWEEN 2019 AND 2022
ORDER BY year;
