"""The published checkpoint's own steps: its files, its voices, the path of a sentence."""
