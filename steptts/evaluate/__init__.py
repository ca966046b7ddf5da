"""Judges speech: words heard, naturalness, likeness of voices, pitch and timing.

The judges are public models that are not part of this package; `judge_files` says which, and
fetches them on request. Nothing here is imported by `import steptts`.
"""
