"""Questions on sentences of the demonstration corpus, worded as people word things and not as the papers do."""
