"""One module per job of Portcullis; each takes its surroundings as the Protocols of `interfaces`."""
