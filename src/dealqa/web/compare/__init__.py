"""The page "Compare": many questions of many deals or documents, as a table that fills while it is looked at."""
