//! Use-cases of signing in: from a user name to a proven user, challenge by challenge.
