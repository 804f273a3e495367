"""What the relay says of itself. Fixed words, with an enhanced code each (RFC 2034), none of a client's own."""

from gateway.smtp.replies import Reply

BAD_LINE = Reply.of(500, "5.5.2 Line must end in CRLF")
IDLE = Reply.of(421, "4.4.2 Idle for too long")
SHUTTING_DOWN = Reply.of(421, "4.3.2 Shutting down, try again later")
TOO_MANY = Reply.of(421, "4.7.0 Too many connections, try again later")
TOO_MANY_ERRORS = Reply.of(421, "4.7.0 Too many errors")
TOO_SLOW = Reply.of(421, "4.4.2 Too slow")
CONNECT_AGAIN = Reply.of(421, "4.4.2 Upstream closed the connection, sign in again")
TOO_MANY_RECIPIENTS = Reply.of(452, "4.5.3 Too many recipients")
AGAIN = Reply.of(451, "4.3.0 Internal error, try again later")
NOT_RECOGNIZED = Reply.of(500, "5.5.2 Command not recognized")
NOT_IMPLEMENTED = Reply.of(502, "5.5.1 Command not implemented")
TOO_MANY_UNKNOWN = Reply.of(502, "5.5.1 Too many unrecognized commands")
HELLO_FIRST = Reply.of(503, "5.5.1 HELO or EHLO first")
NO_NAME = Reply.of(501, "5.5.4 Syntax error")
GO_AHEAD = Reply.of(354, "End data with <CR><LF>.<CR><LF>")
DONE = Reply.of(250, "2.0.0 OK")
BYE = Reply.of(221, "2.0.0 Bye")
