"""Data engine and training of the small model; needs the extra ``[distill]``."""
