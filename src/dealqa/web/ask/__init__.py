"""The page on which questions are asked: the only one that Gradio draws."""
