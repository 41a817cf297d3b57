"""How every service speaks HTTP."""
