"""More than one account of the same thing: statements that disagree, and who tells them."""
