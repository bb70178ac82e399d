"""Azure Resource Graph: an index that lags behind, queried in KQL."""
