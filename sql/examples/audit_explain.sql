-- D'où vient ce nombre ?
-- Where does this number come from?
FROM audit.explain('households_housed', 'Hauts-de-France', '2021');
-- Quelles cellules énoncent les financements d'une région ? (celui d'un bailleur : par son nom, « Finistère Habitat »)
-- Which cells state the financings of a region? (that of one landlord: by its name, « Finistère Habitat »)
FROM audit.explain('funding', 'Bretagne', '');
-- Et les engagements d'une période, les conventions d'une année ?
-- And the commitments of a period, the agreements of a year?
FROM audit.explain('target', 'France', '2023-2027');
FROM audit.explain('agreement', 'Martinique', '2025');
