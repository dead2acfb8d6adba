/*
row_en = "One schema of this file, and the file itself, whose name is empty."
row_fr = "Un schéma de ce fichier, et le fichier lui-même, dont le nom est vide."
key = ["schema_name"]
required = ["description"]
columns = ["schema_name", "description"]

[describe.schema_name]
en = "Name of the schema; empty for the whole file."
fr = "Nom du schéma ; vide pour le fichier entier."

[describe.description]
en = "What it holds, in French and in English."
fr = "Ce qu'il contient, en français et en anglais."
*/
-- What does each part of the file hold? DuckDB keeps no comment of a schema (1.5): it stands here.
FROM (
    VALUES
        (
            '',
            'Activité du logement : chiffres des bilans régionaux et nationaux, chacun avec sa cellule et son passé ; '
            || 'audit.release dit quelle publication est ouverte. — Housing activity: figures of regional and national '
            || 'statements, each with its cell and its past; audit.release tells which release is open.'
        ),
        (
            'dim',
            'Nomenclatures : indicateurs, territoires, populations, sources, publications. '
            || '— Code lists: indicators, territories, populations, sources, publications.'
        ),
        (
            'fact',
            'Ce que disent les fichiers reçus : chiffres courants et antérieurs, engagements, conventions, refus. '
            || '— What the received files say: figures, current and earlier, commitments, agreements, refusals.'
        ),
        (
            'kpi',
            'Indicateurs clés du pays, des régions et des départements, avec leurs marques. '
            || '— Key figures of the nation, the regions and the departments, with their marks.'
        ),
        (
            'audit',
            'Les preuves : publication, contrôles, couverture, comparaisons, désaccords, cellules de chaque chiffre. '
            || '— The proof: release, checks, coverage, comparisons, disagreements, the cells of each figure.'
        )
) AS told (schema_name, description)
