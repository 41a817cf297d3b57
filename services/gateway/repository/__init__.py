"""The gateway's rows; never commits."""
