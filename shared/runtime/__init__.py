"""What every process needs: settings, database, object store, log, clock, child processes, keys."""
