"""The evidence model: its data, its training, and how it is packaged."""
