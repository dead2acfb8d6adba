-- Comment les agréments ont-ils été révisés, publication après publication ?
-- How were approvals revised, from one publication to the next?
PIVOT (FROM audit.revision_triangle('approvals')) ON vintage USING any_value(value) GROUP BY territory, period;
