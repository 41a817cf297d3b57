"""The gateway's own rules: signing in."""
