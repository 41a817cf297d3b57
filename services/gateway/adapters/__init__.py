"""The gateway's outside: the other services, captchas, text messages."""
