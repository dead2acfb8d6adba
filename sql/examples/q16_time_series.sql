-- Comment les principaux chiffres nationaux évoluent-ils, une colonne par année ?
-- How do the main national figures evolve, one column a year?
PIVOT (
    SELECT label_fr, year, value FROM kpi.annual
    WHERE territory_id = 'FR' AND year BETWEEN 2021 AND 2025
    AND indicator IN ('approvals', 'starts', 'deliveries', 'rehabilitations', 'visale_contracts')
) ON year USING any_value(value) ORDER BY label_fr;
