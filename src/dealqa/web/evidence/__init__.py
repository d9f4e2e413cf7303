"""A citation's quote where it stands in its document."""
