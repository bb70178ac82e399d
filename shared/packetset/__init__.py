"""Algebra of sets of packets; knows nothing of Azure."""
