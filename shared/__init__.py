"""What the services have in common: contracts and plumbing, never a business rule."""
