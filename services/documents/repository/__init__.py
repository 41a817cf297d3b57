"""Papers, prints and receiving accounts to and from rows; never commits."""
