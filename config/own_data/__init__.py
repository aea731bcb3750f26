"""All that is held about the signed-in person, for that person to download."""
