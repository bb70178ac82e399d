"""Azure Resource Manager, Resource Graph and a Teams channel, imitated on the wire on loopback.

The simulator answers the requests that the Azure SDK clients send, so that product code runs
against it unchanged.  It imports nothing of the product and cannot share the product's mistakes.
`README.md` beside this file lists its endpoints and its control interface.
"""
