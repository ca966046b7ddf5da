"""The text front end: from what the user wrote to phones."""
