/*
row_en = "This release: what it was made from, the day on which it stands, and its size. A single row."
row_fr = "Cette publication : ce dont elle est faite, le jour auquel elle se place, et sa taille. Une seule ligne."
key = ["inputs_sha256"]
required = ["as_of", "duckdb_version", "submissions", "observations", "rejections"]
columns = [
    "release_id", "published_at", "compared_with", "ledger_event", "ledger_sha256", "inputs_sha256", "as_of", "duckdb_version", "submissions", "observations",
    "rejections",
]

[describe.release_id]
en = "Identifier of the release, given when it is published; null in a build that was not."
fr = "Identifiant de la publication, donné lors de sa mise à disposition ; nul pour une construction non publiée."

[describe.published_at]
type = "TIMESTAMP"
en = "When the release was made to be published (UTC): where it was held, it was published later; null in a build that was not."
fr = "Date et heure auxquelles la publication a été faite (UTC) ; retenue, elle n'a paru que plus tard ; nul pour une construction non publiée."

[describe.compared_with]
en = "Release before this one, which audit.release_change compares it with; null where there is none, or it has other columns."
fr = "Publication précédente, à laquelle audit.release_change la compare ; nul s'il n'y en a pas, ou si ses colonnes sont autres."

[describe.ledger_event]
type = "BIGINT"
en = "Number of the last event of the ledger that the release was made from; null in a build that was not published."
fr = "Numéro du dernier événement du registre dont la publication est faite ; nul pour une construction non publiée."
minimum = 0

[describe.ledger_sha256]
en = "SHA-256 of that event's line, by which the next one is chained to it: lost lines show."
fr = "SHA-256 de la ligne de cet événement, à laquelle la suivante est enchaînée : des lignes perdues se voient."

[describe.duckdb_version]
en = "Version of DuckDB that made the file."
fr = "Version de DuckDB qui a produit le fichier."

[describe.submissions]
type = "BIGINT"
en = "Number of received files, accepted or not."
fr = "Nombre de fichiers reçus, acceptés ou non."
minimum = 0

[describe.observations]
type = "BIGINT"
en = "Number of current figures (fact.observation)."
fr = "Nombre de chiffres courants (fact.observation)."
minimum = 0

[describe.rejections]
type = "BIGINT"
en = "Number of refusals (fact.rejection)."
fr = "Nombre de refus (fact.rejection)."
minimum = 0
*/
SELECT
    -- publishing stamps these five; two builds of the same inputs are the same until then
    CAST(NULL AS VARCHAR) AS release_id,
    CAST(NULL AS TIMESTAMP) AS published_at,
    CAST(NULL AS VARCHAR) AS compared_with,
    CAST(NULL AS BIGINT) AS ledger_event,
    CAST(NULL AS VARCHAR) AS ledger_sha256,
    inputs_sha256,
    as_of,
    version() AS duckdb_version,
    (SELECT count(*) FROM fact.submission) AS submissions,
    (SELECT count(*) FROM fact.observation) AS observations,
    (SELECT count(*) FROM fact.rejection) AS rejections
FROM stage.run
