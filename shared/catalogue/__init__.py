"""The public events described for other systems: schemas, examples, AsyncAPI."""
