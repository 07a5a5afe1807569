class WordNumbers:
    """Gives the same number for the same word, from 0 up."""
