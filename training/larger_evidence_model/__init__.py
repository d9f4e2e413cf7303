"""Teach all-mpnet-base-v2 to read evidence by a few million weights beside its own."""
