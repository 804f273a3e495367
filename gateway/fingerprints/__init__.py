"""What a content is looked up by: fingerprints of texts, identifiers, Message-IDs and of whoever is called."""
