-- Combien de ménages ont été logés, par région et par année, et pour quel montant d'aides ?
-- How many households were housed, by region and year, and for what amount of aids?
SELECT region, year, households_housed, aid_amount_eur, aid_amount_per_aid_eur, hedged, provisional
FROM kpi.regional
ORDER BY region, year;
