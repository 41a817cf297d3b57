"""What stands on each paper: pure, start reading here."""
