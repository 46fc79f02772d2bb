//! How a world is applied, and applied again.
