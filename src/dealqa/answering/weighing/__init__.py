"""What speaks for a sentence as the answer to a question, in what order sentences answer it, how probably each."""
