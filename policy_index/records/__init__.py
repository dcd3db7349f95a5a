"""Values in the shapes that leave the program: JSON, tables, papers, links."""
