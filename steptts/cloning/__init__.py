"""Voice cloning: from a clip of speech to a voice of the embedded model."""
