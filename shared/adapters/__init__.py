"""The outside world: Azure's APIs, Table Storage, queues, files and Teams behind the interfaces."""
