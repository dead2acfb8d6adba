/*
row = "One series, of which a figure is touched."
keys = [["series_key"]]
*/
SELECT DISTINCT series_key FROM temp.touched_figure
