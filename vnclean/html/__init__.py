"""HTML pages: their lines, the features of the elements these stand in, extraction, metadata."""
