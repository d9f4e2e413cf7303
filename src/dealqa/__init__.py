"""Ask questions of deal documents; every sentence of an answer is quoted and cited, or the answer is a refusal."""

__version__ = "0.1.0"
