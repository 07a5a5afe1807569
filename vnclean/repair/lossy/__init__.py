"""Lossy damage: letters of which only a part, or nothing but a mark of the loss, is left."""
