"""The pages of the documents: what is indexed, what was not read, and bringing the index up to date."""
