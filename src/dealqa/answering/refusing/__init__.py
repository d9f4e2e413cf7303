"""When not to answer: what is missing, taken for granted wrongly, or demanded and not given; and how that is said."""
