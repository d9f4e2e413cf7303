"""The page "Quality": how good the answers are, which went wrong, and asking a suite of questions again."""
