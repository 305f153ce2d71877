"""Ratios, each of ours beside the least that could do it, measured in one run on one machine."""
