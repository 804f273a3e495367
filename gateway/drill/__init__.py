"""The drill: a made-up report and made-up mails through the running relay, and what became of them."""
