"""To be described by the first module in this room."""
