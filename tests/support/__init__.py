"""What tests share: made-up workbooks, tables of the stage and files of every format. No figure here is real."""
