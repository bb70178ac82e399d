"""Plans: the smallest change that closes an exposure, rehearsed, approved and undoable."""
