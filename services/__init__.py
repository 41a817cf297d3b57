"""The five services of the enrollment system."""
