"""Drawings of published figures as SVG, in the Government Analysis Function's colours, each with its words."""
