"""Facts of written Vietnamese: letters, syllables, tone placement, n-gram model.

Nothing in here knows about damage, files or options, and it imports nothing of the rest of the
package. Every other room is indexed by the letters and syllables defined here.
"""
