"""The web app: a page to ask on and to read the evidence. Gradio is used in this package and nowhere else."""

from __future__ import annotations

from dealqa.web import environment  # first: it sets what Gradio reads when it is imported
from dealqa.web.server import create_app, serve

__all__ = ["create_app", "environment", "serve"]
