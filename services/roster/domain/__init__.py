"""Rules of persons: pure, the day is passed in; start with `persons.py`."""
