"""The dashboard: pages and the JSON API, behind one HTTP function."""
