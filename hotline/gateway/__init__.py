"""The border to the carrier: its signature, forms, language and API. Twilio and phonenumbers live only here."""
