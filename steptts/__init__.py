"""Text to speech that speaks at once, offline."""
