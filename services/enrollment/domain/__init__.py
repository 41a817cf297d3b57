"""The rules of enrollment; start with `application`."""
