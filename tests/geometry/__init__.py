"""What is drawn comes back where it was drawn, the whole way through."""
