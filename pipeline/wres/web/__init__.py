"""How is a return sent in a browser, and answered in seconds? Pages for senders and the national team, and an API."""
