{% from 'macros/lateness.sql' import late %}
/*
row_en = "One source that is late on a day, for the last year that was due then: FROM audit.late_on(current_date)."
row_fr = "Une source en retard un jour donné, pour la dernière année alors due : FROM audit.late_on(current_date)."
key = ["source"]
parameters = ["on_day"]
columns = ["source", "year", "due_on", "regions", "who"]

[describe.year]
type = "INTEGER"
en = "Last year that was due."
fr = "Dernière année due."

[describe.due_on]
type = "DATE"
en = "Day on which it was due: late since then."
fr = "Jour de l'échéance : le retard court depuis lors."

[describe.regions]
type = "BIGINT"
en = "Number of regions of which nothing was accepted."
fr = "Nombre de régions dont rien n'a été accepté."
minimum = 1

[describe.who]
en = "Their names, one after the other."
fr = "Leurs noms, à la suite."
*/
-- Who is late with what is due now, and since when?
{{ late("audit.coverage_on(on_day)", "on_day") }}
ORDER BY source
