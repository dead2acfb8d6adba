/*
row_en = "One publication: what one or several received files were taken from, or a file itself where it states nothing."
row_fr = "Une publication : ce dont un ou plusieurs fichiers reçus sont tirés, ou le fichier lui-même s'il n'en dit rien."
key = ["publication_id"]
by = "publication"
required = ["title", "publisher", "published_on", "is_stated"]
columns = ["publication_id", "title", "publisher", "address", "published_on", "licence", "is_stated"]

[describe.title]
en = "Its title; that of the source where the file states none."
fr = "Son titre ; celui de la source si le fichier n'en indique aucun."

[describe.publisher]
en = "Who published it; the region's committee, or else the source, where the file does not say so."
fr = "Qui l'a publiée ; le comité de la région, sinon la source, si le fichier ne le dit pas."

[describe.address]
en = "Its address, where the file states one."
fr = "Son adresse, si le fichier en indique une."

[describe.published_on]
type = "DATE"
en = "Day on which it came out: that which the file states, else that of its receipt."
fr = "Jour de sa parution : celui que le fichier indique, sinon celui de sa réception."

[describe.licence]
en = "Licence under which it may be used again, only where the file states one."
fr = "Licence de réutilisation, seulement si le fichier en indique une."

[describe.is_stated]
type = "BOOLEAN"
en = "Whether the file states the title of what it was taken from; if not, the publication is the file's own."
fr = "Si le fichier indique le titre de ce dont il est tiré ; sinon la publication est celle du seul fichier."
*/
-- Where does a figure come from, for who wants to cite it? Files of one publication share it.
{% from 'macros/publications.sql' import publications %}
SELECT
    publication_id,
    any_value(title) AS title,
    arg_max(publisher, authority) AS publisher,  -- where no file says who: the source of highest rank
    any_value(address) AS address,
    any_value(published_on) AS published_on,
    max(licence) AS licence,
    any_value(is_stated) AS is_stated
FROM ({{ publications() | indent }})
GROUP BY publication_id
ORDER BY published_on, title, publication_id
