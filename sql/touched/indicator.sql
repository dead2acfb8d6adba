/*
row = "One indicator of which a figure is touched."
keys = [["indicator"]]
*/
SELECT DISTINCT indicator FROM temp.touched_figure
