"""What would a recipe have earned, asked again and again with only what was known then? See `engine.walk_forward`."""
