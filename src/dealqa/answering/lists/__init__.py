"""More than one statement in an answer: items of a list, one for each deal, one for each side of a comparison."""
