{#
The publication of each submission, made here and nowhere else.

publications(): a SELECT with a row for each submission. A file that states the title of what it was taken from shares
its publication with every file that states the same title, publisher, address and date. One that states none belongs to
a publication of its own: the statement of its source, or of its region's committee, on the day on which it was known.
#}
{% macro publications() -%}
SELECT
    s.submission_id,
    CASE
        WHEN s.publication_title IS NULL THEN s.submission_id
        ELSE left(md5(concat_ws(
            chr(31), s.publication_title, coalesce(s.publication_publisher, s.region_code, ''),
            coalesce(s.publication_address, ''), s.known_on
        )), 16)
    END AS publication_id,
    -- a file in a folder that is no source has no title but that of the folder
    coalesce(s.publication_title, c.title_fr, nullif(s.source, ''), s.file) AS title,
    coalesce(
        s.publication_publisher, 'Comité régional ' || r.name, c.title_fr, nullif(s.source, ''), s.file
    ) AS publisher,
    coalesce(c.authority, 0) AS authority,
    s.publication_address AS address,
    s.known_on AS published_on,
    s.publication_licence AS licence,
    s.publication_title IS NOT NULL AS is_stated
FROM stage.submission AS s
LEFT JOIN stage.source AS c ON c.source = s.source
LEFT JOIN stage.territory AS r ON r.level = 'region' AND r.code = s.region_code
{%- endmacro %}
