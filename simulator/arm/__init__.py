"""Azure Resource Manager: resources, their children, references, writes and operations."""
