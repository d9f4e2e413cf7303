"""Small sets of invented papers on one affair over the years, with questions that several of their sentences answer."""
