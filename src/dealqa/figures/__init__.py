"""Figures in text: money, percentages, dates, durations and other numbers, brought to one form and compared exactly."""

from dealqa.figures.reading import Figure, FigureKind, figures, given_values, lowered, unsupported

__all__ = ["Figure", "FigureKind", "figures", "given_values", "lowered", "unsupported"]
