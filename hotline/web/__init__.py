"""What speaks HTTP: the carrier's webhooks, the public page, the console. Flask lives only here."""
