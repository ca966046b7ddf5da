"""From trained weights to a model folder for a device."""
