"""Comments for tests."""
