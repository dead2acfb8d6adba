{% from 'macros/coverage.sql' import coverage %}
/*
row_en = "One source, region and year on a day, today or any other: FROM audit.coverage_on(current_date)."
row_fr = "Une source, une région et une année un jour donné, aujourd'hui ou un autre : FROM audit.coverage_on(current_date)."
key = ["source", "region_code", "year"]
parameters = ["on_day"]
columns = [
    "source", "region_code", "region", "year", "status", "is_expected", "is_late", "due_on", "files", "figures",
    "indicators_reported", "indicators_expected", "first_known_on", "first_received_at",
]

[describe.year]
type = "INTEGER"
en = "Year that the figures are about; for a refused file, whose figures are not known, the year before it was issued."
fr = "Année sur laquelle portent les chiffres ; pour un fichier refusé, l'année précédant son émission."

[describe.status]
en = "accepted: figures loaded; pending: a file came that could not be read yet; rejected: every file refused; late: nothing though it is due; awaited: not due yet."
fr = "accepted : chiffres chargés ; pending : un fichier reçu n'a pas encore pu être lu ; rejected : fichiers refusés ; late : rien bien qu'échu ; awaited : pas encore échu."
allowed = ["accepted", "pending", "rejected", "late", "awaited"]

[describe.is_expected]
type = "BOOLEAN"
en = "Whether the source is due every year and the region existed; figures may also come unasked."
fr = "Vrai si la source est due chaque année et que la région existait ; des chiffres peuvent aussi venir sans être dus."

[describe.is_late]
type = "BOOLEAN"
en = "Whether the figures became known after they were due, or are still missing after that day."
fr = "Vrai si les chiffres ont été connus après l'échéance, ou manquent encore après elle."

[describe.due_on]
type = "DATE"
en = "Last day of the month in which the source is due; null where nothing is due."
fr = "Dernier jour du mois où la source est due ; nul si rien n'est dû."

[describe.files]
type = "INTEGER"
en = "Number of files received, refused ones included."
fr = "Nombre de fichiers reçus, refusés compris."
minimum = 0

[describe.figures]
type = "INTEGER"
en = "Number of figures accepted, all vintages."
fr = "Nombre de chiffres acceptés, toutes versions."
minimum = 0

[describe.indicators_reported]
type = "INTEGER"
en = "Indicators of the scorecard that the region's figures of the year state."
fr = "Indicateurs du tableau de bord que les chiffres de la région pour l'année renseignent."
minimum = 0

[describe.indicators_expected]
type = "INTEGER"
en = "Indicators of the scorecard that the source is asked for; null where nothing is due."
fr = "Indicateurs du tableau de bord demandés à la source ; nul si rien n'est dû."
minimum = 0

[describe.first_known_on]
type = "DATE"
en = "Day on which the first of them became known; for a refused file, its date of issue."
fr = "Jour où le premier d'entre eux a été connu ; pour un fichier refusé, sa date d'émission."

[describe.first_received_at]
type = "TIMESTAMP"
en = "When the first file was received (UTC)."
fr = "Date et heure de réception du premier fichier (UTC)."
*/
-- What came is what had come when the release was made, and whether that came late in time does not change.
{% set came %}
SELECT
    source, region_code, year, files, figures, indicators_reported, first_known_on, first_received_at, is_late,
    status = 'accepted' AS is_accepted,
    status = 'pending' AS is_pending
FROM audit.coverage
WHERE files > 0
{%- endset %}
{{ coverage(came | trim, "on_day", "c.is_late AND e.due_on IS NOT NULL", scorecard) }}
