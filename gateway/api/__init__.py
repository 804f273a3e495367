"""The HTTP API under `/api/v1`: what other programs may ask and do, each with a token of its own."""
