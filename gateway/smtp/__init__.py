"""The wire: replies, arguments of MAIL and RCPT, the end of data, and the client that talks to upstream (RFC 5321)."""
