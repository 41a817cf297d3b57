"""What invoicing talks to: a mail server."""
