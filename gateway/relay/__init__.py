"""The SMTP proxy. Faces the network, so it holds no key, no report and no database."""
