"""Many texts at once: tables in, the same tables with the clauses that each text touches out.

layout      what an input is: files of one format and their columns
formats/    one file a format: how CSV, JSON Lines, Parquet and Excel are read, and written
tables      a whole input: looked through once, then read window by window
matching    a window of rows in, the same rows with their clauses out: a pure function
writing     windows to a file
running     all of it on this machine, in parts that survive a kill; on_ray: on several
suite       all rows of a small input at once, and how they cover the policy
findings    what its texts touch under a policy, in few numbers; grouping: rows by a person's own column
"""
