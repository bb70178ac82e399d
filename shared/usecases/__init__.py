"""One module per job of Portcullis; each takes its surroundings as Protocols of `interfaces`."""
