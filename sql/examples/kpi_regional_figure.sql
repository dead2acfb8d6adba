-- De quelles cellules les chiffres de 2021, énoncés ou dérivés, sont-ils faits ?
-- From which cells are the figures of 2021, stated or derived, made?
SELECT region, figure, value, observation_ids
FROM kpi.regional_figure
WHERE year = 2021
ORDER BY region, figure;
